// Pooled Provers: a number of chips of each, against a run that is split over them.

#include <algorithm>

#include "sampler/plan/layout_kinds.hpp"
#include "sampler/stats/thinned.hpp"

namespace muster::sampler {
namespace {

using stats::Real;

std::optional<std::uint64_t> own_sample(const stats::Lot& lot, const Probability& target,
                                        const Probability& detection) {
  return detection.is_one() ? stats::min_sample(lot, target)
                            : stats::min_sample(lot, detection, target);
}

Real spread_caught(const std::vector<stats::SiteSample>& samples,
                   const std::vector<std::uint64_t>& violating, const Probability& detection) {
  const Real missed = stats::spread_miss(samples, violating, detection);
  return missed < 1 ? Real(1 - missed) : Real(0);
}

/// A plan for each Prover, as if the others did not exist: who cannot do the run alone has none.
OwnPlans own_plans_of(const PlanRequest& request, std::uint64_t effective,
                      const Probability& detection) {
  std::vector<stats::SiteSample> samples;
  std::uint64_t chips = 0;
  for (const FrozenFrame& frame : request.frames) {
    const stats::Lot lot{frame.frame_count, effective};
    const std::uint64_t sample =
        frame.frame_count < effective
            ? 0
            : own_sample(lot, request.target, detection).value_or(frame.frame_count);
    samples.push_back({frame.frame_count, sample});
    chips += sample;
  }
  const auto worst = stats::worst_spread(samples, effective, detection);
  return {chips, worst ? spread_caught(samples, *worst, detection) : Real(1)};
}

/// How a run that is wholly at one Prover is met.
std::optional<Real> alone_at(const stats::SiteSample& sample, std::uint64_t effective,
                             const Probability& detection) {
  if (sample.size < effective) return std::nullopt;
  return spread_caught({sample}, {effective}, detection);
}

}  // namespace

std::vector<stats::SiteSample> strata_of(const Layout& layout, const PlanRequest& request) {
  std::vector<stats::SiteSample> samples;
  samples.reserve(layout.sites.size() + layout.provers.size());
  for (std::size_t i = 0; i < layout.sites.size(); ++i) {
    samples.push_back({request.sites[i].chips, layout.sites[i].high});
  }
  for (const ProverDraw& draw : layout.provers) samples.push_back({draw.chips, draw.inspected});
  return samples;
}

Result<Layout> pooled_layout(const PlanRequest& request, std::uint64_t effective,
                             const Probability& detection) {
  // ceil(N (1 - beta^(1/k)) / d) for every Prover, with the one k of the pool.
  const Real rate = -stats::exp_minus_1(request.target.ln_complement_real() / Real(effective)) /
                    (1 - detection.complement());
  if (rate > 1) return census_too_weak();
  Layout layout;
  for (const FrozenFrame& frame : request.frames) {
    const auto quota = stats::to_count(stats::ceil_of(rate * Real(frame.frame_count)));
    const std::uint64_t inspected = std::min(quota.value_or(frame.frame_count), frame.frame_count);
    layout.provers.push_back({frame.prover, frame.frame_count, inspected, 0, std::nullopt});
    layout.sample_size += inspected;
  }
  const auto samples = strata_of(layout, request);
  const auto worst = stats::worst_spread(samples, effective, detection);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (worst) layout.provers[i].worst = (*worst)[i];
    layout.provers[i].alone = alone_at(samples[i], effective, detection);
  }
  layout.own_plans = own_plans_of(request, effective, detection);
  layout.no_fewer_than =
      own_sample({chip_count(request.classes), effective}, request.target, detection);
  layout.worst_is_exact = detection.is_one();
  layout.assumptions.push_back(
      "the chips of a run may be anybody's of the pool: worst placement over the Provers");
  layout.assumptions.push_back("costs take each site as visited as by a sample of the whole frame");
  return layout;
}

}  // namespace muster::sampler
