#include "sampler/evaluate/beside.hpp"

#include "sampler/plan/json_values.hpp"
#include "sampler/stats/bounds.hpp"
#include "sampler/stats/tail.hpp"
#include "sampler/stats/thinned_tail.hpp"

namespace muster::sampler {
namespace {

/// With b = 80 N/k the sequence pays some 1 % for being looked at, against the bound of a fixed n.
constexpr unsigned prior_weight = 80;

Decimal whole(std::uint64_t value) { return Decimal(stats::Rational(stats::BigInt(value))); }

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
  const std::uint64_t run = plan.run_chips();
  const std::uint64_t b =
      (chips / run) * prior_weight + ((chips % run) * prior_weight + run - 1) / run;
  return {"beta-binomial(1, " + std::to_string(b) + "), by the plan's N and k",
          {whole(1), whole(b)}};
}

BoundsBeside bounds_beside(const Plan& plan, const Evaluation& result,
                           const std::optional<NamedPrior>& prior) {
  BoundsBeside bounds;
  // Of a simple sample alone: one that is priced, or that one visit of several draws, too.
  if (plan.layout && draw_rule(plan) != draw_version) return bounds;
  const stats::Found found{plan.threshold.chips, result.lines, result.hits + result.open};
  bounds.violating_at_most = stats::upper_bound(found, plan.detection, plan.request.target);
  if (!plan.detection.is_one()) return bounds;
  if (prior) {
    bounds.credible = stats::credible_upper(found, prior->prior, plan.request.target);
    bounds.prior = prior;
  }
  const bool rounds = plan.layout && plan.request.design->kind == DesignKind::rounds;
  if (result.open == 0 && result.hits > 0 && !rounds) {
    bounds.escalated_lines = stats::min_sample_accepting({plan.threshold.chips, plan.run_chips()},
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

}  // namespace muster::sampler
