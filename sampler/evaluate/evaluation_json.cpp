#include "sampler/evaluate/evaluation.hpp"
#include "sampler/plan/json_values.hpp"

namespace muster::sampler {

Json evaluation_json(const Plan& plan, const Evaluation& result) {
  const auto& request = plan.request;
  const auto& violating = result.recognised_violating_at_most;
  Json json{
      {"plan", plan_hash(plan).to_hex()},
      {"verdict", verdict_name(result.verdict)},
      {"abandoned", result.abandoned},
      {"rule_flop", request.run.rule_flop.text()},
      {"excess_flop", request.run.excess_flop.text()},
      {"window",
       Json{{"from", request.window.from.to_string()}, {"to", request.window.to.to_string()}}},
      {"within_days", request.run.longest_days.text()},
      {"drawn_probability", stats::digits(result.drawn_probability)},
      {"drawn_and_logged_probability", stats::digits(result.detection_probability)},
      {"recognition", "not known"},
      {"offbook_at_most", integer(request.unseen.offbook)},
      {"lines", integer(result.lines)},
      {"read", integer(result.read)},
      {"consistent", integer(result.consistent)},
      {"hits", integer(result.hits)},
      {"open", integer(result.open)},
      {"weak_presence", integer(result.weak_presence)},
      {"recognised_violating_at_most", violating ? integer(*violating) : Json()},
      {"confidence", request.target.exact()->text()},
      {"hidden_flop_at_most",
       result.hidden_flop_at_most ? Json(result.hidden_flop_at_most->text()) : Json()},
      {"hit_chips", result.hit_chips},
      {"open_chips", result.open_chips},
      {"not_covered", result.not_covered},
      {"assumptions", plan.assumptions},
      {"time_of_freeze", freeze_time_json(plan.freeze)},
      {"first_line", first_line(plan)},
      {"sentence", sentence(plan, result)},
  };
  if (const auto& seen = request.seen; seen && !remembers(request)) {
    json["seen_before"] = integer(seen->chips);
    json["all_draws_lines"] = plan.all_draws ? integer(plan.all_draws->lines) : Json();
    json["all_draws_probability"] =
        plan.all_draws ? Json(stats::digits(plan.all_draws->detection_probability)) : Json();
  }
  return json;
}

}  // namespace muster::sampler
