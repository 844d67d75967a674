#include "sampler/floor/floor_evaluation.hpp"
#include "sampler/plan/json_values.hpp"

namespace muster::sampler {
namespace {

/// 0.95010… as "0.9501": cut, never rounded up.
std::string cut_digits(const stats::Real& probability) {
  const std::string text = stats::digits(probability);
  return text.find('e') == std::string::npos ? text.substr(0, 6) : text;
}

std::string floor_headline(const FloorRequest& request, const FloorEvaluation& result) {
  const std::string matter = "chips at site " + request.site.text() + " of " + request.host.text() +
                             " that the register does not have there. ";
  switch (result.verdict) {
    case AuditVerdict::no_sign_of:
      return "NO SIGN of " + matter;
    case AuditVerdict::not_concluded:
      return "NOT CONCLUDED: " + matter + std::to_string(result.open) + " of " +
             std::to_string(result.lines) + " drawn positions are open" +
             (result.hits > 0 ? ", and " + std::to_string(result.hits) + " are hits already. "
                              : ". ");
    case AuditVerdict::finding:
      return "FINDING: " + std::to_string(result.hits) + " of " + std::to_string(result.lines) +
             " drawn positions hold " + matter;
  }
  return {};
}

std::string_view outcome_name(LineOutcome outcome) {
  if (outcome == LineOutcome::consistent) return "consistent";
  return outcome == LineOutcome::hit ? "hit" : "open";
}

}  // namespace

std::string floor_sentence(const FloorPlan& plan, const FloorEvaluation& result) {
  const FloorRequest& request = plan.request;
  std::string text =
      floor_headline(request, result) + "Had such chips stood at " +
      std::to_string(request.unregistered) + " or more of the " +
      std::to_string(request.positions) +
      " positions that were listed before the draw, one of these positions would have been drawn "
      "with probability " +
      cut_digits(plan.drawn_probability) + " (" + std::to_string(result.answered) + " of " +
      std::to_string(result.lines) + " positions looked at, " + std::to_string(result.open) +
      " open). ";
  if (result.unregistered_at_most) {
    text += "At most " + std::to_string(*result.unregistered_at_most) +
            " listed positions hold such a chip, with confidence " +
            request.target.exact()->text() + ". ";
  }
  text += "The register is taken as it was when the plan was committed. Not covered: ";
  for (std::size_t i = 0; i < result.not_covered.size(); ++i) {
    text += (i == 0 ? "" : "; ") + result.not_covered[i];
  }
  return text + ". This is not a probability that " + request.host.text() + " is honest.";
}

Json floor_evaluation_json(const FloorPlan& plan, const FloorEvaluation& result) {
  Json lines = Json::array();
  for (const FloorLine& line : result.judged) {
    lines.push_back(Json{{"position", line.position},
                         {"outcome", outcome_name(line.outcome)},
                         {"answered", line.answered},
                         {"words", line.words}});
  }
  return Json{{"plan", floor_plan_hash(plan).to_hex()},
              {"id", plan.request.id.text()},
              {"host", plan.request.host.text()},
              {"site", plan.request.site.text()},
              {"verdict", verdict_name(result.verdict)},
              {"positions", integer(plan.request.positions)},
              {"unregistered", integer(plan.request.unregistered)},
              {"drawn_probability", stats::digits(plan.drawn_probability)},
              {"lines", integer(result.lines)},
              {"answered", integer(result.answered)},
              {"consistent", integer(result.consistent)},
              {"empty", integer(result.empty)},
              {"hits", integer(result.hits)},
              {"open", integer(result.open)},
              {"chips", integer(result.chips)},
              {"by_label", integer(result.by_label)},
              {"unregistered_at_most", optional_integer(result.unregistered_at_most)},
              {"confidence", plan.request.target.exact()->text()},
              {"judged", std::move(lines)},
              {"not_covered", result.not_covered},
              {"sentence", floor_sentence(plan, result)}};
}

}  // namespace muster::sampler
