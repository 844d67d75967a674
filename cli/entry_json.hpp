#pragma once

#include "ledger/base/json.hpp"
#include "ledger/entry.hpp"

namespace muster::cli {

/// An entry as the commands print it: index, times, hashes, payload, key ids of its signatures.
[[nodiscard]] Json entry_json(const ledger::Entry& entry);

}  // namespace muster::cli
