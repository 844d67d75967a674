#include "sampler/plan/power.hpp"

#include "sampler/plan/layout.hpp"
#include "sampler/stats/hypergeometric.hpp"
#include "sampler/stats/thinned.hpp"
#include "sampler/threshold/threshold.hpp"

namespace muster::sampler {
namespace {

PowerPoint power_at(const PlanRequest& request, const HiddenRun& run, const Decimal& size,
                    const PowerAgainst& power) {
  PowerPoint point{size, run.longest_days, {}, {}};
  point.effective_chips = effective_chips(counted_classes(request, run), run, request.unseen);
  if (point.effective_chips) point.probability = power(run, *point.effective_chips);
  return point;
}

}  // namespace

stats::Real draw_probability(std::uint64_t chips, std::uint64_t effective, std::uint64_t inspected,
                             const Probability* detection) {
  const stats::Lot lot{chips, effective};
  if (detection == nullptr || detection->is_one()) return stats::detection(lot, inspected);
  return 1 - stats::miss(lot, inspected, *detection);
}

std::vector<PowerPoint> power_over_sizes(const PlanRequest& request, const PowerAgainst& power) {
  std::vector<PowerPoint> curve;
  for (unsigned tenths = 10; tenths <= 30; ++tenths) {
    const Decimal size(request.run.rule_flop.value() * stats::Rational(tenths, 10));
    HiddenRun run = request.run;
    run.excess_flop = size - request.reporting_limit_flop;
    curve.push_back(power_at(request, run, size, power));
  }
  return curve;
}

std::vector<PowerPoint> power_over_lengths(const PlanRequest& request, const PowerAgainst& power) {
  std::vector<PowerPoint> curve;
  for (const unsigned times : {1U, 2U, 4U}) {
    HiddenRun run = request.run;
    run.longest_days = Decimal(run.longest_days.value() * times);
    const Decimal size = request.run.excess_flop + request.reporting_limit_flop;
    curve.push_back(power_at(request, run, size, power));
  }
  return curve;
}

}  // namespace muster::sampler
