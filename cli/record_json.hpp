#pragma once

#include <functional>
#include <string>
#include <vector>

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
/// What an authority holds: how many chips are under it, and how many were let go.
[[nodiscard]] Json hold_json(const registry::State& state, registry::RowN hold);
/// The chips under a hold, in the order of the table of chips under holds.
[[nodiscard]] std::vector<registry::RowN> held_chips(const registry::State& state,
                                                     registry::RowN hold);
/// A hold with the chips under it that `is_shown` lets through.
[[nodiscard]] Json whole_hold_json(const registry::State& state, registry::RowN hold,
                                   const std::function<bool(registry::RowN)>& is_shown);
/// Dice, memory or interposers, counted.
[[nodiscard]] Json lot_json(const registry::State& state, const registry::Lot& lot);
/// The newest inventory of an area.
[[nodiscard]] Json inventory_json(const registry::State& state,
                                  const registry::Inventory& inventory);
/// The same with the chips that it did not find: [{"chip","shown"}], the latter the entry that
/// shows the chip or takes the inventory back.
[[nodiscard]] Json whole_inventory_json(const registry::State& state,
                                        const registry::Inventory& inventory);
/// One set of parameters of the rules, with whether the next statement is judged by it.
[[nodiscard]] Json policy_row_json(const registry::State& state, const registry::PolicyRow& policy);

/// A value of such a row in words: null is a dash, lists have commas.
[[nodiscard]] std::string value_text(const Json& value);

}  // namespace muster::cli
