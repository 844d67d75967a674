#pragma once

#include <memory>

#include "ledger/entry.hpp"
#include "ledger/store.hpp"
#include "registry/state/state.hpp"

namespace muster::registry {

/// Applies one entry that the log holds, and commits. Its signatures were checked when it was
/// recorded, and are by every audit; here only the rules run again.
/// Errors: `corrupt` if they refuse it; those of the store.
Result<void> apply_recorded(State& state, ledger::Store& store, const ledger::Entry& entry);

/// The state that the log's first `size` entries lead to, made from them alone.
/// Errors: as above; `corrupt` if the log is shorter.
Result<std::unique_ptr<State>> replayed_state(ledger::Store& store, Index32 size);

}  // namespace muster::registry
