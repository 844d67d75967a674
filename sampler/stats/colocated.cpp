#include "sampler/stats/colocated.hpp"

#include "sampler/stats/search.hpp"

namespace muster::stats {
namespace {

Real cost_of(const ColocatedSite& site, std::uint64_t sample) {
  if (sample == 0) return 0;
  return to_real(site.visit_cost.value() + site.chip_cost.value() * sample);
}

// Where the ray from (0, 0) touches the points: the sample with the least cost for each unit of
// detection. Detection is concave in the sample and the cost is straight, so that the ratio falls
// up to there and rises after; the first of equals.
std::uint64_t tangent_sample(const ColocatedSite& site, std::uint64_t census) {
  return first_true(Bracket{0, census}, 1, [&](std::uint64_t n) {
    return cost_of(site, n) * detection(site.lot, n + 1) <=
           cost_of(site, n + 1) * detection(site.lot, n);
  });
}

ColocatedPlan mix(const ColocatedSite& site, std::uint64_t low, std::uint64_t high,
                  const Real& target) {
  const Real low_detection = low == 0 ? Real(0) : detection(site.lot, low);
  const Real share = (target - low_detection) / (detection(site.lot, high) - low_detection);
  return {cost_of(site, low) + share * (cost_of(site, high) - cost_of(site, low)), {low, high}};
}

}  // namespace

std::optional<ColocatedPlan> colocated_plan(const ColocatedSite& site, const Probability& target) {
  if (target.is_zero()) return ColocatedPlan{0, {0}};
  if (site.lot.violating == 0) return std::nullopt;
  const std::uint64_t census = site.lot.size - site.lot.violating + 1;
  const std::uint64_t tangent = tangent_sample(site, census);
  const Real wanted = 1 - target.complement();
  const std::uint64_t enough = min_sample(site.lot, target).value();
  if (enough <= tangent) return mix(site, 0, tangent, wanted);
  return mix(site, enough - 1, enough, wanted);
}

}  // namespace muster::stats
