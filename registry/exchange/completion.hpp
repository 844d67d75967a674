#pragma once

#include "registry/registry.hpp"
#include "registry/statement.hpp"

namespace muster::exchange {

/// Fills in what only the ledger knows: the release that an acceptance quotes, the text that a
/// replacement quotes, and that text with what the draft says instead.
/// Errors: `not_found` if the shipment was never released here; `invalid_input` if the event that
/// is to take a statement's place is of another kind or about other chips.
Result<void> complete_draft(registry::Draft& draft, registry::Registry& registry);

/// Whether the statement that a draft of a correction is about was corrected already.
[[nodiscard]] bool is_corrected(const registry::Draft& draft, const registry::State& state);

}  // namespace muster::exchange
