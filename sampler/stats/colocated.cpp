#include "sampler/stats/colocated.hpp"

#include "sampler/stats/search.hpp"
#include "sampler/stats/thinned.hpp"

namespace muster::stats {
namespace {

Real cost_of(const ColocatedSite& site, std::uint64_t sample) {
  if (sample == 0) return 0;
  return to_real(site.visit_cost.value() + site.chip_cost.value() * sample);
}

Real detection_of(const ColocatedSite& site, std::uint64_t sample, const Probability& recognition) {
  if (recognition.is_one()) return detection(site.lot, sample);
  return 1 - miss(site.lot, sample, recognition);
}

// Where the ray from (0, 0) touches the points: the sample with the least cost for each unit of
// detection. Detection is concave in the sample and the cost is straight, so that the ratio falls
// up to there and rises after; the first of equals.
std::uint64_t tangent_sample(const ColocatedSite& site, std::uint64_t census,
                             const Probability& recognition) {
  return first_true(Bracket{0, census}, 1, [&](std::uint64_t n) {
    return cost_of(site, n) * detection_of(site, n + 1, recognition) <=
           cost_of(site, n + 1) * detection_of(site, n, recognition);
  });
}

ColocatedPlan mix(const ColocatedSite& site, std::uint64_t low, std::uint64_t high,
                  const Probability& recognition, const Real& target) {
  const Real low_detection = low == 0 ? Real(0) : detection_of(site, low, recognition);
  const Real share =
      (target - low_detection) / (detection_of(site, high, recognition) - low_detection);
  return {
      cost_of(site, low) + share * (cost_of(site, high) - cost_of(site, low)), share, {low, high}};
}

}  // namespace

std::optional<ColocatedPlan> colocated_plan(const ColocatedSite& site,
                                            const Probability& recognition,
                                            const Probability& target) {
  if (target.is_zero()) return ColocatedPlan{0, 1, {0}};
  if (site.lot.violating == 0) return std::nullopt;
  const auto enough = recognition.is_one() ? min_sample(site.lot, target)
                                           : min_sample(site.lot, recognition, target);
  if (!enough) return std::nullopt;
  // At recognition 1 a sample above size - violating adds nothing.
  const std::uint64_t census =
      recognition.is_one() ? site.lot.size - site.lot.violating + 1 : site.lot.size;
  const std::uint64_t tangent = tangent_sample(site, census, recognition);
  const Real wanted = 1 - target.complement();
  if (*enough <= tangent) return mix(site, 0, tangent, recognition, wanted);
  return mix(site, *enough - 1, *enough, recognition, wanted);
}

std::optional<ColocatedPlan> colocated_plan(const ColocatedSite& site, const Probability& target) {
  static const Probability sure = Probability::from(Decimal::from_integer(1)).value();
  return colocated_plan(site, sure, target);
}

}  // namespace muster::stats
