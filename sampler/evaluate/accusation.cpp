#include "sampler/evaluate/accusation.hpp"

#include "sampler/plan/json_values.hpp"
#include "sampler/stats/holm.hpp"

namespace muster::sampler {

Result<AccusedAudit> accused_audit(const Plan& plan, const Evaluation& result) {
  const std::string id = plan.request.id.text();
  if (!plan.request.queries) {
    return refusal("accuse.no_rate",
                   "plan " + id + " states no rate of honest anomalies (plan new --query-rate)");
  }
  if (result.open > 0) {
    return refusal("accuse.open", "plan " + id + ": " + std::to_string(result.open) +
                                      " lines are open; an accusation waits for their deadlines");
  }
  const ExpectedQueries one = expected_queries(1, *plan.request.queries);
  return AccusedAudit{id, result.lines, result.hits, one.honest_hit};
}

std::vector<Accusation> accusations(const std::vector<AccusedAudit>& family,
                                    const stats::Real& level) {
  std::vector<stats::Real> values;
  values.reserve(family.size());
  for (const AccusedAudit& audit : family) {
    values.push_back(stats::binomial_at_least(audit.lines, audit.hits, audit.honest_rate));
  }
  const auto adjusted = stats::holm_adjusted(values);
  std::vector<Accusation> list;
  for (std::size_t i = 0; i < family.size(); ++i) {
    list.push_back({family[i], values[i], adjusted[i], adjusted[i] <= level});
  }
  return list;
}

Json accusations_json(const std::vector<Accusation>& list, const std::string& level) {
  Json rows = Json::array();
  for (const Accusation& item : list) {
    rows.push_back(Json{{"plan", item.audit.name},
                        {"lines", integer(item.audit.lines)},
                        {"hits", integer(item.audit.hits)},
                        {"honest_rate", stats::digits(item.audit.honest_rate)},
                        {"by_chance", stats::digits(item.by_chance)},
                        {"adjusted", stats::digits(item.adjusted)},
                        {"stands", item.stands}});
  }
  return Json{{"level", level}, {"method", "Holm"}, {"accusations", std::move(rows)}};
}

}  // namespace muster::sampler
