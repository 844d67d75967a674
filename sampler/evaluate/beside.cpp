#include "sampler/evaluate/beside.hpp"

#include <algorithm>

#include "sampler/plan/json_values.hpp"
#include "sampler/stats/bounds.hpp"
#include "sampler/stats/placement.hpp"
#include "sampler/stats/sequential.hpp"
#include "sampler/stats/tail.hpp"
#include "sampler/stats/thinned_tail.hpp"

namespace muster::sampler {
namespace {

/// With b = 80 N/k the sequence pays some 1 % for being looked at, against the bound of a fixed n.
constexpr unsigned prior_weight = 80;

Decimal whole(std::uint64_t value) { return Decimal(stats::Rational(stats::BigInt(value))); }

/// The k of the plan: present in every plan that was made.
std::uint64_t run_chips(const Plan& plan) { return plan.threshold.effective_chips.value_or(1); }

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

}  // namespace

Result<NamedPrior> parse_prior(const std::string& text) {
  const auto half = Decimal(stats::Rational(1, 2));
  if (text == "uniform")
    return NamedPrior{"uniform: every number equally likely", {whole(1), whole(1)}};
  if (text == "jeffreys") return NamedPrior{"Jeffreys: beta-binomial(0.5, 0.5)", {half, half}};
  const auto comma = text.find(',');
  if (comma == std::string::npos) {
    return failure(Errc::invalid_input, "prior: got \"" + text.substr(0, 40) +
                                            "\", want uniform, jeffreys or two numbers A,B");
  }
  MUSTER_TRY_ASSIGN(const Decimal a, Decimal::parse(text.substr(0, comma)));
  MUSTER_TRY_ASSIGN(const Decimal b, Decimal::parse(text.substr(comma + 1)));
  const Decimal most = whole(std::uint64_t{1} << 40U);
  if (a.value() <= 0 || b.value() <= 0 || most < a || most < b) {
    return failure(Errc::invalid_input, "prior: want two numbers above 0 and at most 2^40");
  }
  return NamedPrior{"beta-binomial(" + a.text() + ", " + b.text() + ")", {a, b}};
}

NamedPrior committed_prior(const Plan& plan) {
  const std::uint64_t chips = plan.threshold.chips;
  const std::uint64_t run = run_chips(plan);
  const std::uint64_t b =
      (chips / run) * prior_weight + ((chips % run) * prior_weight + run - 1) / run;
  return {"beta-binomial(1, " + std::to_string(b) + "), by the plan's N and k",
          {whole(1), whole(b)}};
}

BoundsBeside bounds_beside(const Plan& plan, const Evaluation& result,
                           const std::optional<NamedPrior>& prior) {
  BoundsBeside bounds;
  if (plan.layout) return bounds;
  const stats::Found found{plan.threshold.chips, result.lines, result.hits + result.open};
  bounds.violating_at_most = stats::upper_bound(found, plan.detection, plan.request.target);
  if (!plan.detection.is_one()) return bounds;
  if (prior) {
    bounds.credible = stats::credible_upper(found, prior->prior, plan.request.target);
    bounds.prior = prior;
  }
  if (result.open == 0 && result.hits > 0) {
    bounds.escalated_lines = stats::min_sample_accepting({plan.threshold.chips, run_chips(plan)},
                                                         result.hits, plan.request.target);
  }
  return bounds;
}

Json bounds_json(const BoundsBeside& bounds) {
  Json json = {{"violating_at_most", optional_integer(bounds.violating_at_most)},
               {"prior", Json()},
               {"credible_at_most", Json()},
               {"posterior_probability", Json()},
               {"escalated_lines", optional_integer(bounds.escalated_lines)}};
  if (bounds.credible) {
    json["prior"] = bounds.prior->name;
    json["credible_at_most"] = integer(bounds.credible->upper);
    json["posterior_probability"] = stats::digits(bounds.credible->probability);
  }
  return json;
}

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
  const stats::Lot lot{plan.threshold.chips, run_chips(plan)};
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

stats::Real drawn_so_far(const Plan& plan, const std::vector<SiteProgress>& sites) {
  if (plan.layout) return 0;
  std::vector<stats::Stratum> strata;
  std::vector<std::uint64_t> quotas;
  for (const SiteProgress& site : sites) {
    strata.push_back({site.chips});
    quotas.push_back(site.done);
  }
  const auto worst = stats::worst_placement(strata, quotas, run_chips(plan));
  return worst ? stats::Real(1 - worst->miss) : stats::Real(0);
}

}  // namespace muster::sampler
