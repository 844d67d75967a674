#pragma once

#include <string>
#include <vector>

#include "ledger/base/json.hpp"
#include "registry/state/state.hpp"

// The invariants of the registry that only two states show, by their numbers in registry/README.md:
// what a statement found, and what it left behind.

namespace muster::test {

/// What a state was like before a statement.
struct Before {
  std::vector<registry::ChipState> chips;
  std::vector<registry::Custody> custody;
  std::vector<registry::Key> keys;
  std::vector<Hash> statements;

  static Before of(const registry::State& state);
};

/// The first of the invariants 3, 4, 11, 12, 14, 15, 16 and 21 that the newest statement of
/// `after`, with the payload `event`, broke; or nothing. Corrections may do what no other statement
/// may.
[[nodiscard]] std::string violation_between(const Before& before, const registry::State& after,
                                            const Json& event);

}  // namespace muster::test
