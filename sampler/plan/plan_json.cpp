#include "sampler/plan/design_json.hpp"
#include "sampler/plan/json_values.hpp"
#include "sampler/plan/plan.hpp"
#include "sampler/plan/request_json.hpp"
#include "sampler/threshold/threshold_json.hpp"

namespace muster::sampler {
namespace {

Json optional_digits(const std::optional<stats::Real>& value) {
  return value ? Json(stats::digits(*value)) : Json();
}

/// A stated probability as it was written, a computed one with 20 digits.
std::string probability_text(const Probability& value) {
  if (value.exact()) return value.exact()->text();
  return stats::digits(stats::Real(1 - value.complement()));
}

Json curve_json(const std::vector<PowerPoint>& curve) {
  Json points = Json::array();
  for (const PowerPoint& point : curve) {
    points.push_back(Json{{"run_flop", point.run_flop.text()},
                          {"within_days", point.days.text()},
                          {"effective_chips", optional_integer(point.effective_chips)},
                          {"power", optional_digits(point.probability)}});
  }
  return points;
}

Json queries_json(const std::optional<ExpectedQueries>& queries) {
  if (!queries) return Json();
  return Json{{"expected", stats::digits(queries->queries)},
              {"any", stats::digits(queries->any_query)},
              {"open_after_close_days", stats::digits(queries->open_at_end)},
              {"honest_prover_keeps_a_hit", stats::digits(queries->honest_hit)}};
}

Json all_draws_json(const std::optional<AllDraws>& all) {
  if (!all) return Json();
  return Json{{"population", integer(all->population)},
              {"lines", integer(all->lines)},
              {"effective_chips", integer(all->effective_chips)},
              {"drawn_probability", stats::digits(all->drawn_probability)},
              {"drawn_and_logged_probability", stats::digits(all->detection_probability)}};
}

std::string_view version_of(bool later, bool designed) {
  if (later) return later_plan_version;
  return designed ? designed_plan_version : plan_version;
}

/// The first place where two documents differ, as a path of fields.
std::string difference(const Json& given, const Json& made, const std::string& path) {
  if (given.is_object() && made.is_object()) {
    for (const auto& [key, value] : made.items()) {
      if (!given.contains(key)) return path + "." + key;
      if (given.at(key) != value) return difference(given.at(key), value, path + "." + key);
    }
    for (const auto& [key, value] : given.items()) {
      if (!made.contains(key)) return path + "." + key;
    }
  }
  if (given.is_array() && made.is_array() && given.size() == made.size()) {
    for (std::size_t i = 0; i < made.size(); ++i) {
      if (given[i] != made[i]) {
        return difference(given[i], made[i], path + "[" + std::to_string(i) + "]");
      }
    }
  }
  return path;
}

}  // namespace

Json plan_json(const Plan& plan) {
  Json json{
      {"version", version_of(plan.request.seen || drawn_at_gates(plan) || remembers(plan.request),
                             plan.layout.has_value())},
      {"draw", draw_rule(plan)},
      {"request", request_json(plan.request)},
      {"threshold", threshold_json(plan.threshold)},
      {"population", integer(plan.threshold.chips)},
      {"sample_size", integer(plan.sample_size)},
      {"rules", Json{{"exact", optional_integer(plan.other_sizes.exact)},
                     {"with_replacement", optional_integer(plan.other_sizes.with_replacement)},
                     {"iaea", optional_integer(plan.other_sizes.iaea)}}},
      {"detection", probability_text(plan.detection)},
      {"recognition", "not known"},
      {"drawn_probability", stats::digits(plan.drawn_probability)},
      {"drawn_and_logged_probability", stats::digits(plan.detection_probability)},
      {"title_assumptions", plan.threshold.lowering},
      {"power_if_title_assumptions_false", optional_digits(plan.probability_if_false)},
      {"power_over_sizes", curve_json(plan.over_sizes)},
      {"power_over_lengths", curve_json(plan.over_lengths)},
      {"queries", queries_json(plan.queries)},
      {"assumptions", plan.assumptions},
      {"not_covered", plan.not_covered},
      {"time_of_freeze", freeze_time_json(plan.freeze)},
  };
  if (plan.layout) json["design"] = layout_json(plan.request, *plan.layout);
  if (plan.request.seen) json["all_draws"] = all_draws_json(plan.all_draws);
  return json;
}

Result<Plan> parse_plan(std::string_view canonical) {
  MUSTER_TRY_ASSIGN(const Json given, parse_canonical_json(canonical));
  const bool has_parts =
      given.is_object() && given.contains("version") && given.contains("request");
  const auto asks = [&](const char* field) {
    return has_parts && given.at("request").contains(field);
  };
  const Json::json_pointer kind("/request/beacon/kind");
  const bool at_gates = asks("beacon") && given.contains(kind) && given.at(kind) == "gate";
  const bool memory = given.contains(Json::json_pointer("/request/design/memory"));
  const bool later = asks("seen_before") || at_gates || memory;
  if (!has_parts || given.at("version") != version_of(later, asks("design"))) {
    return failure(Errc::invalid_input,
                   "plan: want a document of version " + std::string(plan_version) + ", or of " +
                       std::string(designed_plan_version) +
                       " with a design in its request, or of " + std::string(later_plan_version) +
                       " with seen_before, memory or a beacon of kind gate in it");
  }
  MUSTER_TRY_ASSIGN(PlanRequest request, request_from(given.at("request")));
  MUSTER_TRY_ASSIGN(Plan plan, make_plan(std::move(request)));
  const Json made = plan_json(plan);
  if (made != given) {
    return failure(Errc::invalid_input,
                   difference(given, made, "plan") + ": does not follow from the plan's request");
  }
  return plan;
}

}  // namespace muster::sampler
