#pragma once

#include <string>
#include <vector>

#include "cli/report/bar_chart.hpp"
#include "cli/report/line_chart.hpp"
#include "sampler/evaluate/looks.hpp"
#include "sampler/plan/plan.hpp"

namespace muster::cli {

/// How likely a chip of a run is drawn, over runs of 1 to 3 times the rule.
[[nodiscard]] report::LineChart power_chart(const sampler::Plan& plan);

/// The same for the planned excess done in other lengths of time: more chips for shorter, fewer for
/// longer.
[[nodiscard]] report::LineChart evasion_chart(const sampler::Plan& plan);

/// One design of several for the same request.
struct ComparedDesign {
  std::string name;
  std::string problem{};  ///< Why there is no such plan; empty if there is one.
  std::optional<sampler::Plan> plan{};
};

/// What each design costs: the chips and the visits as parts of its bar.
[[nodiscard]] report::BarChart comparison_chart(const std::vector<ComparedDesign>& designs);

/// What each design does against runs of 1 to 3 times the rule.
[[nodiscard]] report::LineChart compared_power_chart(const std::vector<ComparedDesign>& designs);

/// The confidence sequence over an inspection: the most violating chips after so many lines, and
/// how many a run needs.
[[nodiscard]] report::LineChart looks_chart(const sampler::Plan& plan,
                                            const std::vector<sampler::Look>& looks);

/// The chance that a chip of the run would have been drawn, after each site that is done.
[[nodiscard]] report::LineChart visit_looks_chart(const sampler::Plan& plan,
                                                  const std::vector<sampler::VisitLook>& looks);

}  // namespace muster::cli
