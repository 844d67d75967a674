#pragma once

#include <string>

#include "registry/state/state.hpp"

// The invariants of the registry, by their numbers in registry/README.md, as far as one state shows
// them. Each function says the first that does not hold, or nothing.

namespace muster::test {

[[nodiscard]] inline bool is_terminal(const registry::ChipState& chip) {
  return chip.life == registry::Life::destroyed || chip.life == registry::Life::voided;
}

/// 1, 2, 4, 5 and 12 of one chip.
[[nodiscard]] std::string violation_of_chip(const registry::State& state, registry::RowN chip);

/// 2, 3 and 13: every chip of a shipment went one way and no other.
[[nodiscard]] std::string violation_of_shipments(const registry::State& state);

/// 10: the sums of every licence and cap, made again from the draws alone, and under their limits
/// unless a finding says that a correction overran one.
[[nodiscard]] std::string violation_of_caps(const registry::State& state);

/// 6: containment is a forest of limited depth.
[[nodiscard]] std::string violation_of_holders(const registry::State& state);

/// 7, 8 and 9: lots, dice and device keys.
[[nodiscard]] std::string violation_of_identities(const registry::State& state);

/// Cases: lines, counts and what they say of chips agree.
[[nodiscard]] std::string violation_of_cases(const registry::State& state);

/// 13 and 19: open custody is live chips in scope, and the parties' shares make the whole.
[[nodiscard]] std::string violation_of_books(const registry::State& state);

/// 15: what is in force was not taken back, and what was taken back names its correction.
[[nodiscard]] std::string violation_of_corrections(const registry::State& state);

/// All of them, over everything.
[[nodiscard]] std::string violation_of(const registry::State& state);

}  // namespace muster::test
