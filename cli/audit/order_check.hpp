#pragma once

#include <vector>

#include "cli/audit/committed_plan.hpp"
#include "sampler/plan/draw_check.hpp"

namespace muster::cli {

/// Whether the entries of an audit stand in the order that makes its claim true: the VRF key and
/// every freeze before the plan, the plan before the seal, the seal before the first opening, each
/// line's answer after its opening. By the numbers of the entries, which no clock can blur.
[[nodiscard]] sampler::NamedCheck order_check(const registry::State& state,
                                              const CommittedPlan& plan);

/// Whether the values of public sources existed, by their signed times, when the draw was sealed by
/// them, or at a gate when the site was opened: five minutes of clocks that differ aside.
[[nodiscard]] sampler::NamedCheck value_ahead_check(const registry::State& state,
                                                    const CommittedPlan& plan,
                                                    const sampler::DrawEvidence& evidence);

/// Whether each line of an opened site is answered, once, and no query is past its deadline without
/// being closed.
[[nodiscard]] sampler::NamedCheck lines_answered_check(const registry::State& state,
                                                       const CommittedPlan& plan, Timestamp now);

}  // namespace muster::cli
