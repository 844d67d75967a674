#pragma once

#include <vector>

#include "ledger/entry.hpp"
#include "ledger/store.hpp"

namespace muster::test {

/// Appends `count` entries; each whose index is a multiple of `step` names the blob "blob INDEX".
void grow(ledger::Store& store, std::uint64_t count, std::uint64_t step);

/// What an entry of such a log names.
[[nodiscard]] std::vector<Hash> named(const ledger::Entry& entry, std::uint64_t step);

}  // namespace muster::test
