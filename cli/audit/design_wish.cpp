#include "cli/audit/design_wish.hpp"

#include <algorithm>
#include <charconv>

#include "cli/number_option.hpp"

namespace muster::cli {
namespace {

using sampler::Decimal;
using sampler::Design;

/// "NAME=REST", split. Errors: `invalid_input`.
Result<std::pair<SiteId, std::string>> site_option(const std::string& text, const char* option,
                                                   const char* want) {
  const auto equals = text.find('=');
  if (equals == std::string::npos) {
    return failure(Errc::invalid_input,
                   std::string(option) + ": got \"" + text + "\", want " + want);
  }
  MUSTER_TRY_ASSIGN(const SiteId site, SiteId::parse(text.substr(0, equals)));
  return std::pair(site, text.substr(equals + 1));
}

Result<sampler::SiteQuota> quota_option(const std::string& text) {
  constexpr const char* want = "SITE=CHIPS";
  MUSTER_TRY_ASSIGN(const auto parts, site_option(text, "--quota", want));
  std::uint64_t chips = 0;
  const char* end = parts.second.data() + parts.second.size();
  const auto read = std::from_chars(parts.second.data(), end, chips);
  if (read.ec == std::errc() && read.ptr == end) return sampler::SiteQuota{parts.first, chips};
  return failure(Errc::invalid_input, std::string("--quota: got \"") + text + "\", want " + want);
}

Result<sampler::SiteCost> cost_option(const std::string& text) {
  constexpr const char* want = "SITE=VISIT:CHIP";
  MUSTER_TRY_ASSIGN(const auto parts, site_option(text, "--site-cost", want));
  const auto colon = parts.second.find(':');
  if (colon == std::string::npos) {
    return failure(Errc::invalid_input,
                   std::string("--site-cost: got \"") + text + "\", want " + want);
  }
  MUSTER_TRY_ASSIGN(const auto visit, decimal_option(parts.second.substr(0, colon), "--site-cost"));
  MUSTER_TRY_ASSIGN(const auto chip, decimal_option(parts.second.substr(colon + 1), "--site-cost"));
  return sampler::SiteCost{parts.first, visit, chip};
}

Result<sampler::InspectionCosts> costs_of(const DesignWish& wish) {
  sampler::InspectionCosts costs;
  if (!wish.visit_cost.empty()) {
    MUSTER_TRY_ASSIGN(costs.visit, decimal_option(wish.visit_cost, "--visit-cost"));
  }
  if (!wish.chip_cost.empty()) {
    MUSTER_TRY_ASSIGN(costs.chip, decimal_option(wish.chip_cost, "--chip-cost"));
  }
  for (const std::string& text : wish.site_costs) {
    MUSTER_TRY_ASSIGN(auto cost, cost_option(text));
    costs.sites.push_back(std::move(cost));
  }
  std::ranges::sort(costs.sites, {}, &sampler::SiteCost::site);
  return costs;
}

Result<void> read_sites(const DesignWish& wish, Design& design) {
  for (const std::string& text : wish.fixed) {
    MUSTER_TRY_ASSIGN(auto quota, quota_option(text));
    design.fixed.push_back(std::move(quota));
  }
  for (const std::string& text : wish.skipped) {
    MUSTER_TRY_ASSIGN(const SiteId site, SiteId::parse(text));
    design.skipped.push_back(site);
  }
  std::ranges::sort(design.fixed, {}, &sampler::SiteQuota::site);
  std::ranges::sort(design.skipped);
  return {};
}

bool says_nothing(const DesignWish& wish) {
  return wish.kind == "simple" && wish.quotas == "optimal" && wish.strata == "sites" &&
         wish.fixed.empty() && wish.skipped.empty() && wish.visit_every.empty() &&
         wish.visit_cost.empty() && wish.chip_cost.empty() && wish.site_costs.empty() &&
         wish.family == 0 && !wish.memory;
}

}  // namespace

void add_design_options(CLI::App& verb, DesignWish& wish, bool with_kind) {
  if (with_kind) {
    verb.add_option("--design", wish.kind, "simple, stratified, weighted, colocated or rounds");
  }
  verb.add_option("--quotas", wish.quotas, "stratified: optimal or proportional");
  verb.add_option("--strata", wish.strata,
                  "stratified: sites, or the provers of a pool, with proportional quotas");
  verb.add_option("--quota", wish.fixed, "stratified: SITE=CHIPS, fixed by you; repeatable");
  verb.add_option("--skip", wish.skipped, "stratified: a site that is not visited; repeatable");
  verb.add_option("--visit-every", wish.visit_every, "rounds: days from visit to visit");
  verb.add_flag("--memory", wish.memory, "rounds: no chip that the visits before drew");
  verb.add_option("--visit-cost", wish.visit_cost, "of going to a site; 0");
  verb.add_option("--chip-cost", wish.chip_cost, "of inspecting a chip; 1");
  verb.add_option("--site-cost", wish.site_costs, "SITE=VISIT:CHIP where it differs; repeatable");
  verb.add_option("--family", wish.family, "Provers audited together; needs --query-rate");
  verb.add_option("--family-level", wish.family_level,
                  "chance that any honest one of them is accused; 0.05");
}

Result<std::optional<Design>> design_of(const DesignWish& wish) {
  if (says_nothing(wish)) return std::optional<Design>();
  Design design;
  MUSTER_TRY_ASSIGN(design.kind, sampler::parse_design(wish.kind));
  MUSTER_TRY_ASSIGN(design.quotas, sampler::parse_quota_rule(wish.quotas));
  MUSTER_TRY_ASSIGN(design.strata, sampler::parse_strata(wish.strata));
  if (design.strata == sampler::Strata::provers) design.quotas = sampler::QuotaRule::proportional;
  if (!wish.fixed.empty()) design.quotas = sampler::QuotaRule::fixed;
  MUSTER_TRY(read_sites(wish, design));
  if (!wish.visit_every.empty()) {
    const bool unit = wish.visit_every.ends_with('d');
    MUSTER_TRY_ASSIGN(
        design.period_days,
        decimal_option(wish.visit_every.substr(0, wish.visit_every.size() - (unit ? 1U : 0U)),
                       "--visit-every"));
  }
  design.memory = wish.memory;
  MUSTER_TRY_ASSIGN(design.costs, costs_of(wish));
  if (wish.family > 0) {
    MUSTER_TRY_ASSIGN(const auto level, probability_option(wish.family_level, "--family-level"));
    design.family = sampler::FamilyLevel{wish.family, level};
  }
  return std::optional(std::move(design));
}

void put_design(const std::optional<Design>& design, sampler::PlanRequest& request) {
  request.design = design;
  if (!design || !design->period_days || !request.snapshots) return;
  request.snapshots->period_days = *design->period_days;
  request.snapshots->covered_hours =
      std::min(request.snapshots->covered_hours, *design->period_days * Decimal::from_integer(24));
}

}  // namespace muster::cli
