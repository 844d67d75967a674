#pragma once

#include <optional>

#include "ledger/entry.hpp"
#include "ledger/note.hpp"
#include "registry/event.hpp"

namespace muster::registry {

/// The key that signs checkpoints from this statement on, if it is one that names it: log.genesis
/// or operator.succeed.
[[nodiscard]] std::optional<ledger::VerifierKey> operator_key_named_by(const Event& event);

/// The same from an entry of any kind. Cost: a look for the field's name, and where it stands a
/// parse.
[[nodiscard]] std::optional<ledger::VerifierKey> operator_key_in(const ledger::Entry& entry);

}  // namespace muster::registry
