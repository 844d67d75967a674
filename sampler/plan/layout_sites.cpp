// Designs that fix what is drawn at each site: stratified, and co-located with visits by chance.

#include <algorithm>

#include "sampler/plan/layout_kinds.hpp"
#include "sampler/stats/colocated.hpp"
#include "sampler/stats/placement.hpp"
#include "sampler/stats/site_quotas.hpp"
#include "sampler/stats/thinned.hpp"

namespace muster::sampler {
namespace {

using stats::Real;

constexpr std::size_t searched_sites = 4;
constexpr std::uint64_t searched_chips = 400;

SiteDraw sure_draw(const SiteId& site, std::uint64_t chips) {
  return {site, chips, chips, Real(1), ~std::uint64_t{0}};
}

/// Sites that are not skipped by wish, by their place in the request.
std::vector<std::size_t> open_sites(const PlanRequest& request) {
  const auto& skipped = request.design->skipped;
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < request.sites.size(); ++i) {
    if (!std::binary_search(skipped.begin(), skipped.end(), request.sites[i].site)) {
      open.push_back(i);
    }
  }
  return open;
}

/// Of small frames without costs of going there, the smallest quotas of all.
std::optional<std::vector<std::uint64_t>> searched_quotas(
    const std::vector<std::uint64_t>& sizes, const std::vector<stats::SitePrice>& prices,
    const stats::QuotaAim& aim) {
  std::uint64_t chips = 0;
  std::vector<stats::Stratum> strata;
  for (const std::uint64_t size : sizes) {
    chips += size;
    strata.push_back({size, 1});
  }
  const bool plain = std::all_of(prices.begin(), prices.end(), [&](const stats::SitePrice& price) {
    return price.visit == 0 && price.chip == prices.front().chip;
  });
  const bool small = sizes.size() <= searched_sites && chips <= searched_chips;
  if (!plain || !small || !aim.recognition.is_one()) return std::nullopt;
  return stats::smallest_quotas(strata, aim.chips, aim.target);
}

/// The quotas of the sites in `open`; `chips` of the run are left for them.
std::optional<std::vector<std::uint64_t>> quotas_for(const PlanRequest& request,
                                                     const std::vector<std::size_t>& open,
                                                     const stats::QuotaAim& aim) {
  std::vector<std::uint64_t> sizes;
  std::vector<stats::SitePrice> prices;
  for (const std::size_t i : open) {
    const SiteCost cost = cost_at(request.design->costs, request.sites[i].site);
    sizes.push_back(request.sites[i].chips);
    prices.push_back({cost.visit.to_double(), cost.chip.to_double()});
  }
  if (request.design->quotas == QuotaRule::optimal) {
    if (auto found = searched_quotas(sizes, prices, aim)) return found;
    return stats::balanced_quotas(sizes, prices, aim);
  }
  // ceil(N (1 - beta^(1/k)) / d): every chip of the run is met with the same chance at least.
  const Real rate = -stats::exp_minus_1(aim.target.ln_complement_real() / Real(aim.chips)) /
                    (1 - aim.recognition.complement());
  if (rate > 1) return std::nullopt;
  std::vector<std::uint64_t> quotas;
  for (const std::uint64_t size : sizes) {
    const auto quota = stats::to_count(stats::ceil_of(rate * Real(size)));
    quotas.push_back(std::min(quota.value_or(size), size));
  }
  return quotas;
}

Result<Layout> fixed_layout(const PlanRequest& request, const stats::QuotaAim& aim) {
  Layout layout;
  const auto& fixed = request.design->fixed;
  for (const SiteCount& site : request.sites) {
    const auto found = std::find_if(fixed.begin(), fixed.end(), [&](const SiteQuota& quota) {
      return quota.site == site.site;
    });
    layout.sites.push_back(sure_draw(site.site, found == fixed.end() ? 0 : found->chips));
  }
  if (!stats::reaches(strata_of(layout, request), aim)) {
    return refusal("plan.quotas", "the fixed quotas miss the target where a run is placed worst");
  }
  return layout;
}

std::string chips_skipped(const Layout& layout, const PlanRequest& request) {
  std::uint64_t chips = 0;
  std::uint64_t sites = 0;
  for (std::size_t i = 0; i < layout.sites.size(); ++i) {
    if (layout.sites[i].high > 0) continue;
    chips += request.sites[i].chips;
    ++sites;
  }
  if (sites == 0) return {};
  return std::to_string(sites) + " sites with " + std::to_string(chips) +
         " chips are not visited; all of these are taken to work for the run";
}

void finish(const PlanRequest& request, std::uint64_t effective, const Probability& detection,
            Layout& layout) {
  for (const SiteDraw& draw : layout.sites) layout.sample_size += draw.high;
  const stats::Lot lot{chip_count(request.classes), effective};
  layout.no_fewer_than = detection.is_one() ? stats::min_sample(lot, request.target)
                                            : stats::min_sample(lot, detection, request.target);
  layout.assumptions.push_back("the chips of a run may stand at any sites: worst placement");
  const std::string skipped = chips_skipped(layout, request);
  if (!skipped.empty()) layout.assumptions.push_back(skipped);
  if (!detection.is_one()) layout.worst_is_exact = false;
}

}  // namespace

Result<Layout> stratified_layout(const PlanRequest& request, std::uint64_t effective,
                                 const Probability& detection) {
  if (request.design->strata == Strata::provers) {
    return pooled_layout(request, effective, detection);
  }
  Layout layout;
  const stats::QuotaAim aim{effective, detection, request.target};
  if (request.design->quotas == QuotaRule::fixed) {
    MUSTER_TRY_ASSIGN(layout, fixed_layout(request, aim));
  } else {
    std::uint64_t skipped = chip_count(request.classes);
    const auto open = open_sites(request);
    for (const std::size_t i : open) skipped -= request.sites[i].chips;
    if (skipped >= effective) {
      return refusal("plan.quotas", "the skipped sites hold " + std::to_string(skipped) +
                                        " chips, and a run needs " + std::to_string(effective));
    }
    const auto quotas = quotas_for(request, open, {effective - skipped, detection, request.target});
    if (!quotas) return census_too_weak();
    for (const SiteCount& site : request.sites) layout.sites.push_back(sure_draw(site.site, 0));
    for (std::size_t i = 0; i < open.size(); ++i) {
      layout.sites[open[i]] = sure_draw(request.sites[open[i]].site, (*quotas)[i]);
    }
  }
  finish(request, effective, detection, layout);
  return layout;
}

Real stratified_power(const Layout& layout, const PlanRequest& request, std::uint64_t effective,
                      const Probability& detection) {
  const auto samples = strata_of(layout, request);
  const auto worst = stats::worst_spread(samples, effective, detection);
  if (!worst) return 1;
  const Real missed = stats::spread_miss(samples, *worst, detection);
  return missed < 1 ? Real(1 - missed) : Real(0);
}

Result<Layout> colocated_layout(const PlanRequest& request, std::uint64_t effective,
                                const Probability& detection) {
  Layout layout;
  layout.chance_decides = true;
  std::uint64_t able = 0;
  for (const SiteCount& site : request.sites) {
    if (site.chips < effective) {
      layout.sites.push_back(sure_draw(site.site, 0));
      continue;
    }
    ++able;
    const SiteCost cost = cost_at(request.design->costs, site.site);
    const auto plan = stats::colocated_plan({{site.chips, effective}, cost.visit, cost.chip},
                                            detection, request.target);
    if (!plan) return census_too_weak();
    layout.sites.push_back({site.site, plan->samples.front(), plan->samples.back(), plan->share,
                            limit_of(plan->share)});
  }
  if (able == 0) {
    return refusal("plan.alone_cannot_reach",
                   "no single site holds the " + std::to_string(effective) +
                       " chips that a run at one site needs; plan a design that lets runs spread");
  }
  layout.lowering.push_back("all chips of the hidden run stand at one site");
  layout.not_covered.push_back("a run whose chips stand at several sites");
  if (able < request.sites.size()) {
    layout.assumptions.push_back(std::to_string(request.sites.size() - able) +
                                 " sites hold fewer chips than a run needs and are not visited");
  }
  return layout;
}

Real colocated_power(const Layout& layout, const PlanRequest& request, std::uint64_t effective,
                     const Probability& detection) {
  Real least = 1;
  const auto caught = [&](const stats::Lot& lot, std::uint64_t sample) -> Real {
    if (sample == 0) return 0;
    return detection.is_one() ? stats::detection(lot, sample)
                              : Real(1 - stats::miss(lot, sample, detection));
  };
  for (std::size_t i = 0; i < layout.sites.size(); ++i) {
    if (request.sites[i].chips < effective) continue;
    const SiteDraw& draw = layout.sites[i];
    const stats::Lot lot{request.sites[i].chips, effective};
    const Real power =
        draw.share * caught(lot, draw.high) + (1 - draw.share) * caught(lot, draw.low);
    least = std::min(least, power);
  }
  return least;
}

}  // namespace muster::sampler
