// What may be said before the last line is read.
#include "sampler/evaluate/looks.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"
#include "sampler/plan/json_values.hpp"
#include "sampler/plan/seen_before.hpp"
#include "sampler/stats/sequential.hpp"
#include "sampler/stats/site_quotas.hpp"

namespace muster::sampler {
namespace {

/// The largest K that the sequence does not reject: R(K) < 1/alpha. R rises above the posterior's
/// mode, so that the first rejected K above what was seen decides.
std::uint64_t sequence_bound(const Plan& plan, std::uint64_t lines, std::uint64_t hits,
                             const NamedPrior& named) {
  const stats::Found found{plan.threshold.chips, lines, hits};
  const stats::Real limit = 1 / plan.request.target.complement();
  const auto rejected = [&](std::uint64_t violating) {
    const auto ratio = stats::prior_posterior_ratio(found, violating, named.prior);
    return !ratio || *ratio >= limit;
  };
  // The posterior's mode is near hits / lines of the frame: begin there, and double the step.
  std::uint64_t accepted =
      lines == 0 ? 0 : hits + (found.size - lines) / std::max<std::uint64_t>(lines, 1) * hits;
  const std::uint64_t most = found.size - lines + hits;
  if (accepted >= most || rejected(accepted)) accepted = hits;
  std::uint64_t step = 1;
  while (accepted + step <= most && !rejected(accepted + step)) {
    accepted += step;
    step *= 2;
  }
  std::uint64_t beyond = std::min(accepted + step, most + 1);
  while (beyond - accepted > 1) {
    const std::uint64_t middle = accepted + (beyond - accepted) / 2;
    (rejected(middle) ? beyond : accepted) = middle;
  }
  return accepted;
}

/// Whether each site's lines are a simple sample of its chips, however many they are.
bool lines_are_samples(const Plan& plan) {
  if (!plan.layout) return true;
  const DesignKind kind = plan.request.design->kind;
  // By Prover, chips of one site are drawn with different chances.
  if (plan.request.design->strata == Strata::provers) return false;
  // A visit with memory leaves chips out, on which a run may be.
  if (remembers(plan.request)) return false;
  return kind == DesignKind::stratified || kind == DesignKind::rounds;
}

/// What the lines done so far do when the run is placed at the worst, given how many each site has.
stats::Real worst_so_far(const Plan& plan, const std::vector<SiteProgress>& sites) {
  if (!lines_are_samples(plan)) return 0;
  std::vector<stats::SiteSample> samples;
  samples.reserve(sites.size());
  for (const SiteProgress& site : sites) samples.push_back({site.chips, site.done});
  const auto worst = stats::worst_spread(samples, plan.run_chips(), plan.detection);
  if (!worst) return 0;
  return 1 - stats::spread_miss(samples, *worst, plan.detection);
}

}  // namespace

std::string no_looks_because(const Plan& plan) {
  if (plan.layout) return "the plan's lines are no simple sample";
  if (plan.request.sites.size() != 1) {
    return "several sites are visited in an order that is not that of the tickets";
  }
  if (!plan.detection.is_one()) return "d is below 1: the evidence of a clean line is less than 1";
  return {};
}

std::vector<Look> looks(const Plan& plan, const std::vector<LineOutcome>& outcomes,
                        std::size_t every) {
  std::vector<Look> list;
  const NamedPrior prior = committed_prior(plan);
  const stats::Lot lot{plan.threshold.chips, plan.run_chips()};
  std::uint64_t hits = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i] == LineOutcome::open) break;
    if (outcomes[i] == LineOutcome::hit) ++hits;
    const std::uint64_t lines = i + 1;
    const bool last = i + 1 == outcomes.size() || outcomes[i + 1] == LineOutcome::open;
    if (!last && (every == 0 || lines % every != 0)) continue;
    Look look{lines, hits, {}, sequence_bound(plan, lines, hits, prior)};
    if (hits == 0) look.e_value = stats::clean_e_value(lot, lines);
    list.push_back(look);
  }
  return list;
}

stats::Real drawn_so_far(const Plan& plan, const std::vector<SiteProgress>& sites) {
  std::uint64_t done = 0;
  for (const SiteProgress& site : sites) done += site.done;
  // Nothing is left that could be placed badly: the whole sample speaks.
  if (has_fixed_size(plan) && done == plan.sample_size) return plan.detection_probability;
  return worst_so_far(plan, sites);
}

std::vector<VisitLook> visit_looks(const Plan& plan, const std::vector<VisitedSite>& visits) {
  std::vector<SiteProgress> progress;
  // A draw from the rest is of fewer chips than the frame has.
  const std::vector<SiteCount> sites = counted_request(plan.request).sites;
  progress.reserve(sites.size());
  for (const SiteCount& site : sites) progress.push_back({site.chips, 0});
  std::vector<VisitLook> list;
  std::uint64_t lines = 0;
  std::uint64_t hits = 0;
  for (const VisitedSite& visit : visits) {
    if (std::ranges::count(visit.lines, LineOutcome::open) > 0) break;
    const auto site = std::ranges::find(sites, visit.site, &SiteCount::site);
    MUSTER_CHECK(site != sites.end());
    progress[static_cast<std::size_t>(site - sites.begin())].done = visit.lines.size();
    lines += visit.lines.size();
    hits += static_cast<std::uint64_t>(std::ranges::count(visit.lines, LineOutcome::hit));
    VisitLook look{visit.site, lines, hits, worst_so_far(plan, progress), {}};
    if (hits == 0 && look.drawn < 1) look.e_value = 1 / (1 - look.drawn);
    list.push_back(std::move(look));
  }
  return list;
}

Json looks_json(const Plan& plan, const std::vector<Look>& list) {
  Json values = Json::array();
  for (const Look& look : list) {
    values.push_back(Json{{"lines", integer(look.lines)},
                          {"hits", integer(look.hits)},
                          {"e_value", look.e_value ? Json(stats::digits(*look.e_value)) : Json()},
                          {"violating_at_most", integer(look.violating_at_most)}});
  }
  const std::string why_not = no_looks_because(plan);
  return Json{{"allowed", why_not.empty()},
              {"because", why_not.empty() ? Json() : Json(why_not)},
              {"prior", committed_prior(plan).name},
              {"rejects_at", stats::digits(1 / plan.request.target.complement())},
              {"looks", std::move(values)}};
}

Json visit_looks_json(const std::vector<VisitLook>& list) {
  Json values = Json::array();
  for (const VisitLook& look : list) {
    values.push_back(Json{{"site", look.site.text()},
                          {"lines", integer(look.lines)},
                          {"hits", integer(look.hits)},
                          {"drawn", stats::digits(look.drawn)},
                          {"e_value", look.e_value ? Json(stats::digits(*look.e_value)) : Json()}});
  }
  return values;
}

}  // namespace muster::sampler
