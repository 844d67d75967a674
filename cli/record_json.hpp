#pragma once

#include <string>

#include "ledger/base/json.hpp"
#include "registry/state/state.hpp"

namespace muster::cli {

// Rows of the state that people ask for by id, as JSON. Each has the entry that made it as `index`,
// with `kind` and `statement` of that entry.

[[nodiscard]] Json finding_json(const registry::State& state, const registry::Finding& finding);
[[nodiscard]] Json dispute_json(const registry::State& state, const registry::Dispute& dispute);
[[nodiscard]] Json delegation_json(const registry::State& state,
                                   const registry::Delegation& delegation);
[[nodiscard]] Json seal_json(const registry::State& state, const registry::Seal& seal);
/// What a Prover froze of a window: counts and roots of frame, heads and declarations.
[[nodiscard]] Json freeze_json(const registry::State& state, const registry::Freeze& freeze);
/// One set of parameters of the rules, with whether the next statement is judged by it.
[[nodiscard]] Json policy_row_json(const registry::State& state, const registry::PolicyRow& policy);

/// A value of such a row in words: null is a dash, lists have commas.
[[nodiscard]] std::string value_text(const Json& value);

}  // namespace muster::cli
