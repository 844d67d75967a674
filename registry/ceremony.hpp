#pragma once

#include <string>
#include <vector>

#include "registry/state/state.hpp"
#include "sampler/draw/ceremony.hpp"

namespace muster::registry {

// Who takes part in the seed ceremony of a plan, and how far it has come.

/// The Provers of a plan, whose freezes it quotes, by rising party id.
[[nodiscard]] std::vector<RowN> ceremony_provers(const State& state, RowN plan);

/// All parties of its ceremony: the Provers by rising id, and the Verifier last.
[[nodiscard]] std::vector<RowN> ceremony_parties(const State& state, RowN plan);

/// What `party` put into the ceremony of `plan`, or null.
[[nodiscard]] const CeremonyPart* ceremony_part(const State& state, RowN plan, RowN party);

/// Parties without a commitment, then parties without a reveal, as ids; none when it is complete.
struct CeremonyGaps {
  std::vector<std::string> not_committed;
  std::vector<std::string> not_revealed;

  [[nodiscard]] bool complete() const { return not_committed.empty() && not_revealed.empty(); }
};
[[nodiscard]] CeremonyGaps ceremony_gaps(const State& state, RowN plan);

/// The role in which `party` commits: the plan's own party is the Verifier.
[[nodiscard]] draw::CeremonyRole ceremony_role(const State& state, RowN plan, RowN party);

/// The public value of a ceremony.
/// Requires: `ceremony_gaps(state, plan).complete()`.
[[nodiscard]] Hash ceremony_value(const State& state, RowN plan);

}  // namespace muster::registry
