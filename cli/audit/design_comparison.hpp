#pragma once

#include "cli/audit/plan_charts.hpp"

namespace muster::cli {

/// All designs for `common`, with the costs, period and family of `asked`; rounds only where it has
/// a period. Each by itself: a design that is refused is a row that says why.
[[nodiscard]] std::vector<ComparedDesign> compared_designs(const sampler::Design& asked,
                                                           const sampler::PlanRequest& common);

}  // namespace muster::cli
