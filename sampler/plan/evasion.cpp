#include "sampler/plan/evasion.hpp"

#include "sampler/plan/layout_kinds.hpp"
#include "sampler/plan/seen_before.hpp"

namespace muster::sampler {
namespace {

/// A run shorter than the hours that logs cover leaves fewer snapshots.
Probability detection_within(const Plan& plan, const Decimal& days) {
  const auto& snapshots = plan.request.snapshots;
  const Decimal hours = days * Decimal::from_integer(24);
  if (!snapshots || snapshots->covered_hours <= hours) return plan.detection;
  return snapshot_chance(plan.request, hours);
}

}  // namespace

PowerPoint power_against(const Plan& plan, const HiddenRun& run) {
  const PlanRequest request = counted_request(plan.request);
  const auto classes = counted_classes(request, run);
  PowerPoint point{run.excess_flop + request.reporting_limit_flop, run.longest_days,
                   effective_chips(classes, run, request.unseen), std::nullopt};
  if (!point.effective_chips) return point;
  const Probability detection = detection_within(plan, run.longest_days);
  point.probability =
      plan.layout ? design_power(request, *plan.layout, run, *point.effective_chips, detection)
                  : draw_probability(plan.threshold.chips, *point.effective_chips, plan.sample_size,
                                     &detection);
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
