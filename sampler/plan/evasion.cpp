#include "sampler/plan/evasion.hpp"

namespace muster::sampler {

PowerPoint power_against(const Plan& plan, const HiddenRun& run) {
  const PlanRequest& request = plan.request;
  const auto classes = counted_classes(request);
  PowerPoint point{run.excess_flop + request.reporting_limit_flop, run.longest_days,
                   effective_chips(classes, run, request.unseen), std::nullopt};
  if (!point.effective_chips) return point;
  point.probability =
      plan.layout ? design_power(request, *plan.layout, run, *point.effective_chips, plan.detection)
                  : draw_probability(plan.threshold.chips, *point.effective_chips, plan.sample_size,
                                     &plan.detection);
  return point;
}

std::vector<PowerPoint> evasion_curve(const Plan& plan) {
  std::vector<PowerPoint> curve;
  for (unsigned quarters = 1; quarters <= 16; ++quarters) {
    HiddenRun run = plan.request.run;
    run.longest_days = Decimal(run.longest_days.value() * stats::Rational(quarters, 4));
    curve.push_back(power_against(plan, run));
  }
  return curve;
}

}  // namespace muster::sampler
