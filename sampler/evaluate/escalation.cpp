#include "sampler/evaluate/escalation.hpp"

#include "sampler/plan/json_values.hpp"

namespace muster::sampler {

std::string no_escalation_because(const Plan& plan) {
  if (!plan.layout) return {};
  switch (plan.request.design->kind) {
    case DesignKind::simple:
      return {};
    case DesignKind::stratified:
      if (plan.request.design->quotas != QuotaRule::fixed) return {};
      return "its quotas are fixed by hand: plan anew with others";
    case DesignKind::weighted:
      return "chips count by what they can do, and a hit takes its own share off the run: plan "
             "anew "
             "with the hit's capacity among the unseen";
    case DesignKind::colocated:
      return "a run at one site is spoken of, and a hit there is of it";
    case DesignKind::rounds:
      break;
  }
  return "the next visit is a draw of its own from the whole frame";
}

std::optional<Escalation> escalation(const Plan& plan, const Evaluation& result) {
  if (!plan.layout || plan.request.design->kind != DesignKind::stratified) return std::nullopt;
  const std::uint64_t run = plan.threshold.effective_chips.value_or(0);
  const bool none = result.open > 0 || result.hits == 0 || result.hits >= run;
  if (none || !no_escalation_because(plan).empty()) return std::nullopt;
  const auto layout = lay_out(plan.request, run - result.hits, plan.detection);
  if (!layout) return std::nullopt;
  Escalation more{layout->sample_size, {}};
  for (const SiteDraw& draw : layout->sites) more.strata.push_back({draw.site.text(), draw.high});
  for (const ProverDraw& draw : layout->provers) {
    more.strata.push_back({draw.prover.text(), draw.inspected});
  }
  return more;
}

Json escalation_json(const std::optional<Escalation>& escalation) {
  if (!escalation) return Json();
  Json strata = Json::array();
  for (const EscalatedStratum& one : escalation->strata) {
    strata.push_back(Json{{"stratum", one.name}, {"lines", integer(one.lines)}});
  }
  return Json{{"lines", integer(escalation->lines)}, {"strata", std::move(strata)}};
}

std::string no_prior_because(const Plan& plan) {
  if (draw_rule(plan) == site_draw_version || draw_rule(plan) == prover_draw_version) {
    return "draws a number of lines of each stratum: the number of violating chips says nothing of "
           "where they stand, and a posterior would need a prior for every placement";
  }
  if (draw_rule(plan) == class_draw_version) {
    return "draws chips by what they can do: a posterior of their number is none of the run";
  }
  if (plan.detection.is_one()) return {};
  return "counts on snapshots (d below 1), and the posterior would be of chips that are "
         "recognised, "
         "not of those that violate";
}

}  // namespace muster::sampler
