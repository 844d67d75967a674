#include "sampler/plan/design_json.hpp"

#include "sampler/plan/json_values.hpp"

namespace muster::sampler {
namespace {

Json costs_json(const InspectionCosts& costs) {
  Json sites = Json::array();
  for (const SiteCost& cost : costs.sites) {
    sites.push_back(
        Json{{"site", cost.site.text()}, {"visit", cost.visit.text()}, {"chip", cost.chip.text()}});
  }
  return Json{{"visit", costs.visit.text()}, {"chip", costs.chip.text()}, {"sites", sites}};
}

Result<SiteCost> site_cost_from(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(const SiteId site, fields.parsed<SiteId>("site"));
  MUSTER_TRY_ASSIGN(const Decimal visit, fields.parsed<Decimal>("visit"));
  MUSTER_TRY_ASSIGN(const Decimal chip, fields.parsed<Decimal>("chip"));
  MUSTER_TRY(fields.finish());
  return SiteCost{site, visit, chip};
}

Result<InspectionCosts> costs_from(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "request.design.costs"));
  InspectionCosts costs;
  MUSTER_TRY_ASSIGN(costs.visit, fields.parsed<Decimal>("visit"));
  MUSTER_TRY_ASSIGN(costs.chip, fields.parsed<Decimal>("chip"));
  MUSTER_TRY_ASSIGN(costs.sites, items<SiteCost>(fields, "sites", site_cost_from));
  MUSTER_TRY(fields.finish());
  return costs;
}

Result<SiteQuota> site_quota_from(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(const SiteId site, fields.parsed<SiteId>("site"));
  MUSTER_TRY_ASSIGN(const std::uint64_t chips, count(fields, "chips"));
  MUSTER_TRY(fields.finish());
  return SiteQuota{site, chips};
}

Result<SiteId> site_id_from(const Json& json, const std::string& where) {
  if (!json.is_string()) return failure(Errc::invalid_input, where + ": want a site id");
  return SiteId::parse(json.get<std::string>());
}

Json family_json(const std::optional<FamilyLevel>& family) {
  if (!family) return Json();
  return Json{{"provers", integer(family->provers)}, {"level", family->level.exact()->text()}};
}

Result<std::optional<FamilyLevel>> family_from(const Json& json) {
  if (json.is_null()) return std::optional<FamilyLevel>();
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "request.design.family"));
  MUSTER_TRY_ASSIGN(const std::uint64_t provers, count(fields, "provers"));
  MUSTER_TRY_ASSIGN(const Probability level, fields.parsed<Probability>("level"));
  MUSTER_TRY(fields.finish());
  return std::optional<FamilyLevel>(FamilyLevel{provers, level});
}

template <class Value>
Result<Value> named_value(FieldReader& fields, std::string_view key,
                          Result<Value> (*parse)(std::string_view)) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text(key));
  auto value = parse(text);
  if (!value) return failure(std::move(value.error()).during(fields.path(key)));
  return value;
}

Json draws_json(const Layout& layout) {
  Json list = Json::array();
  for (const SiteDraw& draw : layout.sites) {
    Json item{{"site", draw.site.text()}, {"chips", integer(draw.high)}};
    if (draw.low != draw.high) {
      item["otherwise"] = integer(draw.low);
      item["probability"] = stats::digits(draw.share);
      item["visit_limit"] = std::to_string(draw.visit_limit);
    }
    list.push_back(std::move(item));
  }
  return list;
}

Json class_draws_json(const Layout& layout) {
  Json list = Json::array();
  for (const ClassDraw& draw : layout.classes) {
    list.push_back(Json{{"frame_class", draw.frame_class},
                        {"frame_weight", draw.frame_weight},
                        {"probability", stats::digits(draw.rate)},
                        {"ticket_limit", std::to_string(draw.ticket_limit)}});
  }
  return list;
}

Json rounds_json(const Layout& layout) {
  Json list = Json::array();
  for (const RoundPower& power : layout.rounds) {
    list.push_back(
        Json{{"run_days", power.run_days.text()},
             {"visits", integer(power.visits)},
             {"effective_chips", optional_integer(power.effective_chips)},
             {"power", power.probability ? Json(stats::digits(*power.probability)) : Json()}});
  }
  return list;
}

Json rotation_json(const std::optional<Rotation>& rotation) {
  if (!rotation) return Json();
  return Json{{"visits", integer(rotation->visits)},
              {"sample_size", integer(rotation->sample_size)},
              {"probability", stats::digits(rotation->probability)}};
}

Json family_answer_json(const std::optional<FamilyAnswer>& family) {
  if (!family) return Json();
  return Json{{"level_per_prover", stats::digits(family->level_per_prover)},
              {"honest_hit_rate", stats::digits(family->honest_hit_rate)},
              {"accuse_from_hits", integer(family->accuse_from)},
              {"wrong_accusation", stats::digits(family->wrong_accusation)},
              {"expected_wrong_accusations", stats::digits(family->expected_false)}};
}

Json prover_draws_json(const Layout& layout) {
  Json list = Json::array();
  for (const ProverDraw& draw : layout.provers) {
    list.push_back(
        Json{{"prover", draw.prover.text()},
             {"population", integer(draw.chips)},
             {"chips", integer(draw.inspected)},
             {"worst_placement", integer(draw.worst)},
             {"whole_run_there", draw.alone ? Json(stats::digits(*draw.alone)) : Json()}});
  }
  return list;
}

}  // namespace

Json design_json(const Design& design) {
  Json fixed = Json::array();
  for (const SiteQuota& quota : design.fixed) {
    fixed.push_back(Json{{"site", quota.site.text()}, {"chips", integer(quota.chips)}});
  }
  Json skipped = Json::array();
  for (const SiteId& site : design.skipped) skipped.push_back(site.text());
  Json json{{"kind", design_name(design.kind)},
            {"quotas", quota_rule_name(design.quotas)},
            {"fixed", fixed},
            {"skipped", skipped},
            {"period_days", design.period_days ? Json(design.period_days->text()) : Json()},
            {"costs", costs_json(design.costs)},
            {"family", family_json(design.family)}};
  // Left out where it is sites, so that the hashes of older plans stay.
  if (design.strata != Strata::sites) json["strata"] = strata_name(design.strata);
  if (design.memory) json["memory"] = true;
  return json;
}

Result<Design> design_from(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "request.design"));
  Design design;
  MUSTER_TRY_ASSIGN(design.kind, named_value(fields, "kind", parse_design));
  MUSTER_TRY_ASSIGN(design.quotas, named_value(fields, "quotas", parse_quota_rule));
  MUSTER_TRY_ASSIGN(design.fixed, items<SiteQuota>(fields, "fixed", site_quota_from));
  MUSTER_TRY_ASSIGN(design.skipped, items<SiteId>(fields, "skipped", site_id_from));
  MUSTER_TRY(fields.any("period_days"));
  if (fields.has("period_days")) {
    MUSTER_TRY_ASSIGN(design.period_days, fields.parsed<Decimal>("period_days"));
  }
  MUSTER_TRY_ASSIGN(const Json* costs, fields.object("costs"));
  MUSTER_TRY_ASSIGN(design.costs, costs_from(*costs));
  MUSTER_TRY_ASSIGN(const Json* family, fields.any("family"));
  MUSTER_TRY_ASSIGN(design.family, family_from(*family));
  if (fields.has("strata")) {
    MUSTER_TRY_ASSIGN(design.strata, named_value(fields, "strata", parse_strata));
    if (design.strata == Strata::sites) {
      return failure(Errc::invalid_input,
                     fields.path("strata") + ": sites are said by its absence");
    }
  }
  if (fields.has("memory")) {
    MUSTER_TRY_ASSIGN(design.memory, fields.boolean("memory"));
    if (!design.memory)
      return failure(Errc::invalid_input, "request.design.memory: want true, or no such field");
  }
  MUSTER_TRY(fields.finish());
  return design;
}

Json layout_json(const PlanRequest& request, const Layout& layout) {
  Json json{{"kind", design_name(request.design->kind)},
            {"number_of_chips_by_chance", layout.chance_decides},
            {"sites", draws_json(layout)},
            {"classes", class_draws_json(layout)},
            {"rounds", rounds_json(layout)},
            {"with_memory", rotation_json(layout.rotation)},
            {"no_fewer_chips_than", optional_integer(layout.no_fewer_than)},
            {"worst_case", layout.worst_is_exact ? "exact" : "bound"},
            {"expected_chips", stats::digits(layout.expected_chips)},
            {"expected_visits", stats::digits(layout.expected_visits)},
            {"expected_visit_cost", stats::digits(layout.expected_visit_cost)},
            {"expected_cost", stats::digits(layout.expected_cost)},
            {"family", family_answer_json(layout.family)}};
  if (layout.own_plans) {
    json["provers"] = prover_draws_json(layout);
    json["own_plans"] = Json{{"chips", integer(layout.own_plans->chips)},
                             {"drawn_if_split", stats::digits(layout.own_plans->split)}};
  }
  return json;
}

}  // namespace muster::sampler
