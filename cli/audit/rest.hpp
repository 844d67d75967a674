#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/audit/committed_plan.hpp"
#include "sampler/plan/draw_check.hpp"

namespace muster::cli {

// Draws from the rest of a frame: the chips that earlier draws opened stay out.

/// The plans whose openings `plan` leaves out, the last one first. Empty for a plan that draws from
/// the whole frame. Errors: `refused` by `draw.seen` where one is not the plan that is named.
Result<std::vector<CommittedPlan>> earlier_plans(Home& home, const sampler::Plan& plan);

/// The chips that these opened, sorted. Errors: those of `earlier_plans` and of the log.
Result<std::vector<std::string>> seen_chips(Home& home, const sampler::Plan& plan);

/// What is asked of a draw from the rest, beside the plan before it.
struct RestWish {
  PlanId id;
  stats::Probability target;
  sampler::TargetOf target_of = sampler::TargetOf::draw;
  std::optional<std::uint64_t> lines{};  ///< Nothing: the fewest for the target.
  sampler::BeaconSpec beacon;
};

/// The request of a plan that draws from what `before` and the draws before it left.
/// Errors: `refused` by `plan.rest_not_opened` while a line of `before` is sealed; those of the
/// log.
Result<sampler::PlanRequest> rest_request(Home& home, const CommittedPlan& before,
                                          const RestWish& wish);

/// Makes `request` leave out what the visits before drew: `before`, and as many before it as one
/// run is met by. Requires: a design of rounds with memory. Errors: `invalid_input` where a run is
/// met by one visit; `refused` by `plan.rest_not_opened`; those of `make_plan` and of the log.
Result<void> remember_visits(Home& home, const CommittedPlan& before,
                             sampler::PlanRequest& request);

/// Whether the chips left out are those that earlier draws of the same frame opened before `plan`,
/// and no fewer of them consistent than it counts on. Empty for a plan of the whole frame.
/// `evidence` is that of the plan's own draw. Errors: those of the log.
Result<std::vector<sampler::NamedCheck>> rest_checks(Home& home, const CommittedPlan& plan,
                                                     const sampler::DrawEvidence& evidence);

}  // namespace muster::cli
