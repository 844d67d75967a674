#pragma once

#include "ledger/base/json.hpp"
#include "ledger/base/timestamp.hpp"
#include "ledger/store.hpp"
#include "registry/state/state.hpp"

namespace muster::cli::scenario {

/// What a register holds against parties at `at`: open findings, chips that nobody can show,
/// disputed statements, goods that nobody accepted, and clocks that ran out. The same state, the
/// same bytes.
[[nodiscard]] Json books_json(const registry::State& state, Timestamp at);
/// The same of the first `size` entries of a log. Errors: `corrupt` if one breaks a rule; those of
/// the store.
Result<Json> books_of(ledger::Store& store, ledger::TreeSize size, Timestamp at);

}  // namespace muster::cli::scenario
