#include "sampler/plan/design.hpp"

#include <algorithm>
#include <array>

#include "sampler/plan/plan_request.hpp"

namespace muster::sampler {
namespace {

constexpr std::array<std::string_view, 5> design_names = {"simple", "stratified", "weighted",
                                                          "colocated", "rounds"};
constexpr std::array<std::string_view, 3> quota_rule_names = {"optimal", "proportional", "fixed"};
constexpr std::array<std::string_view, 2> strata_names = {"sites", "provers"};
constexpr std::uint64_t most_provers = 1'000'000;
constexpr std::uint64_t most_visits = 1'000;

tl::unexpected<Error> bad_design(const std::string& message) {
  return failure(Errc::invalid_input, "design: " + message);
}

template <std::size_t Count>
std::optional<std::size_t> place_of(const std::array<std::string_view, Count>& names,
                                    std::string_view text) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

const SiteCount* site_of(const PlanRequest& request, const SiteId& site) {
  const auto found = std::lower_bound(
      request.sites.begin(), request.sites.end(), site,
      [](const SiteCount& item, const SiteId& wanted) { return item.site < wanted; });
  return found != request.sites.end() && found->site == site ? &*found : nullptr;
}

/// Sorted, each once, and all of the request.
template <class Item, class Key>
Result<void> check_sites(const PlanRequest& request, const std::vector<Item>& items, Key key,
                         const char* what) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    const SiteId& site = key(items[i]);
    if (i > 0 && !(key(items[i - 1]) < site)) {
      return bad_design(std::string(what) + ": want sites sorted, each once");
    }
    if (site_of(request, site) == nullptr) {
      return bad_design(std::string(what) + ": site " + site.text() + " is not in the frame");
    }
  }
  return {};
}

Result<void> check_costs(const PlanRequest& request, const InspectionCosts& costs) {
  const stats::Decimal most(stats::Rational(stats::BigInt("1000000000000000000")));
  const auto in_range = [&](const stats::Decimal& cost) {
    return cost.value() >= 0 && cost <= most;
  };
  MUSTER_TRY(check_sites(
      request, costs.sites, [](const SiteCost& cost) -> const SiteId& { return cost.site; },
      "costs"));
  bool good = in_range(costs.visit) && in_range(costs.chip);
  for (const SiteCost& cost : costs.sites) {
    good = good && in_range(cost.visit) && in_range(cost.chip);
  }
  if (!good) return bad_design("costs: want 0 to 1e18");
  return {};
}

Result<void> check_strata(const PlanRequest& request, const Design& design) {
  if (design.strata == Strata::sites) return {};
  if (design.kind != DesignKind::stratified || design.quotas != QuotaRule::proportional) {
    return bad_design("strata: Provers are strata of stratified designs with proportional quotas");
  }
  if (!design.skipped.empty()) return bad_design("strata: by Prover, no site is skipped");
  if (request.frames.size() < 2) {
    return bad_design("strata: want a pool of two Provers or more; one Prover has one stratum");
  }
  return {};
}

Result<void> check_quotas(const PlanRequest& request, const Design& design) {
  if (design.kind != DesignKind::stratified) {
    if (design.quotas != QuotaRule::optimal || !design.fixed.empty() || !design.skipped.empty()) {
      return bad_design("quotas and skipped sites belong to stratified designs");
    }
    return {};
  }
  MUSTER_TRY(check_sites(
      request, design.fixed, [](const SiteQuota& quota) -> const SiteId& { return quota.site; },
      "fixed"));
  MUSTER_TRY(check_sites(
      request, design.skipped, [](const SiteId& site) -> const SiteId& { return site; },
      "skipped"));
  if (design.fixed.empty() == (design.quotas == QuotaRule::fixed)) {
    return bad_design("fixed: want quotas if, and only if, the rule is fixed");
  }
  if (design.quotas == QuotaRule::fixed && !design.skipped.empty()) {
    return bad_design("skipped: a fixed quota of 0 says it");
  }
  for (const SiteQuota& quota : design.fixed) {
    if (quota.chips > site_of(request, quota.site)->chips) {
      return bad_design("fixed: site " + quota.site.text() + " holds fewer chips");
    }
  }
  return {};
}

Result<void> check_period(const PlanRequest& request, const Design& design) {
  if ((design.kind == DesignKind::rounds) != design.period_days.has_value()) {
    return bad_design("period_days: want it for rounds, and for nothing else");
  }
  if (!design.period_days) return {};
  const stats::Decimal& period = *design.period_days;
  if (period.value() <= 0 ||
      request.run.longest_days.value() >= period.value() * stats::BigInt(most_visits)) {
    return bad_design("period_days: want more than a thousandth of the longest run");
  }
  if (request.snapshots && !(request.snapshots->period_days == period)) {
    return bad_design("period_days: differs from that of the snapshots");
  }
  return {};
}

}  // namespace

std::string_view design_name(DesignKind kind) {
  return design_names.at(static_cast<std::size_t>(kind));
}

Result<DesignKind> parse_design(std::string_view text) {
  if (const auto place = place_of(design_names, text)) return static_cast<DesignKind>(*place);
  return failure(Errc::invalid_input, "design: got \"" + std::string(text) +
                                          "\", want simple, stratified, weighted, colocated or "
                                          "rounds");
}

std::string_view quota_rule_name(QuotaRule rule) {
  return quota_rule_names.at(static_cast<std::size_t>(rule));
}

Result<QuotaRule> parse_quota_rule(std::string_view text) {
  if (const auto place = place_of(quota_rule_names, text)) return static_cast<QuotaRule>(*place);
  return failure(Errc::invalid_input,
                 "quotas: got \"" + std::string(text) + "\", want optimal, proportional or fixed");
}

std::string_view strata_name(Strata strata) {
  return strata_names.at(static_cast<std::size_t>(strata));
}

Result<Strata> parse_strata(std::string_view text) {
  if (const auto place = place_of(strata_names, text)) return static_cast<Strata>(*place);
  return failure(Errc::invalid_input,
                 "strata: got \"" + std::string(text) + "\", want sites or provers");
}

bool remembers(const PlanRequest& request) { return request.design && request.design->memory; }

Result<void> check_design(const PlanRequest& request) {
  if (!request.design) return {};
  const Design& design = *request.design;
  MUSTER_TRY(check_costs(request, design.costs));
  MUSTER_TRY(check_quotas(request, design));
  MUSTER_TRY(check_strata(request, design));
  MUSTER_TRY(check_period(request, design));
  if (design.memory && (design.kind != DesignKind::rounds || request.extends)) {
    return bad_design("memory: belongs to rounds, and to no extension");
  }
  if (!design.family) return {};
  const FamilyLevel& family = *design.family;
  if (family.provers == 0 || family.provers > most_provers || !family.level.exact() ||
      family.level.is_zero() || family.level.is_one()) {
    return bad_design("family: want 1 to 1,000,000 Provers and a level between 0 and 1");
  }
  if (!request.queries) {
    return bad_design("family: what honest chips show is not stated; state the query rate");
  }
  return {};
}

SiteCost cost_at(const InspectionCosts& costs, const SiteId& site) {
  for (const SiteCost& cost : costs.sites) {
    if (cost.site == site) return cost;
  }
  return {site, costs.visit, costs.chip};
}

}  // namespace muster::sampler
