#pragma once

#include <cstdint>
#include <optional>

#include "sampler/plan/plan.hpp"

namespace muster::sampler {

/// The most chips of the frame that could break the rule and be recognised if inspected, when
/// `lines` of the plan's sample were read and `hits` of them counted against the Prover, at the
/// plan's target as confidence.
///
/// Of a sample drawn from the whole frame, the exact bound for any hits. Of a stratified one,
/// without hits only: the largest number that its worst placement misses with more than 1 - target.
/// Nothing for the others: in a weighted design chips count by what they can do, in a co-located
/// one only a run at one site is spoken of.
[[nodiscard]] std::optional<std::uint64_t> violating_at_most(const Plan& plan, std::uint64_t lines,
                                                             std::uint64_t hits);

/// The chance that this one audit draws a chip of the planned run.
struct AuditPower {
  stats::Real drawn;
  stats::Real detected;  ///< and its log holds a snapshot
};

/// That of the plan; for rounds, of one visit that sees a whole period of the run.
[[nodiscard]] AuditPower audit_power(const Plan& plan);

}  // namespace muster::sampler
