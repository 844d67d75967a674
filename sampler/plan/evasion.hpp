#pragma once

#include <vector>

#include "sampler/plan/plan.hpp"

namespace muster::sampler {

/// What the plan does against the planned excess done in other lengths of time: in quarters of T up
/// to T (more chips for shorter) and on to 4T (fewer chips for longer). The sample and the hours
/// that logs cover stay those of the plan. Source of the question: Shavit 2023 (arXiv 2303.11341),
/// section 3.2 and Theorem 1.
[[nodiscard]] std::vector<PowerPoint> evasion_curve(const Plan& plan);

/// What the plan does against `run`; of a run that the frame cannot do, nothing.
[[nodiscard]] PowerPoint power_against(const Plan& plan, const HiddenRun& run);

}  // namespace muster::sampler
