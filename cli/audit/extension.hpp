#pragma once

#include <optional>

#include "cli/audit/committed_plan.hpp"
#include "sampler/plan/draw_check.hpp"

namespace muster::cli {

/// The request of a plan that draws more lines of `plan`'s draw: the same but for id and target.
[[nodiscard]] sampler::PlanRequest extended_request(const CommittedPlan& plan, const PlanId& id,
                                                    const stats::Probability& target);

/// The plans that `plan` extends, one after the other: the last has the draw. Empty for a plan with
/// a draw of its own.
/// Errors: `refused` by `draw.extension` when one of them is another plan but for id and target.
Result<std::vector<CommittedPlan>> extended_plans(Home& home, const CommittedPlan& plan);

/// Refuses to go on with the draw of `plan` once a line of it is known, under whichever plan: by
/// `draw.extension_after_opening`. Errors: those of the log.
Result<void> check_unopened(Home& home, const sampler::Plan& plan);

/// Whether the extension was sealed before anything of the draw was opened. Nothing for a plan with
/// a draw of its own. Errors: those of the log.
Result<std::optional<sampler::NamedCheck>> extension_check(Home& home, const CommittedPlan& plan);

}  // namespace muster::cli
