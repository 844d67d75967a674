#include "sampler/plan/json_values.hpp"
#include "sampler/plan/seen_before.hpp"

namespace muster::sampler {
namespace {

constexpr std::string_view of_draw = "draw";
constexpr std::string_view of_all_draws = "all draws";

Result<SiteCount> seen_site_from(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(const SiteId site, fields.parsed<SiteId>("site"));
  MUSTER_TRY_ASSIGN(const std::uint64_t lines, count(fields, "lines"));
  MUSTER_TRY(fields.finish());
  return SiteCount{site, lines};
}

Result<SeenClass> seen_class_from(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(std::string name, fields.text("frame_class"));
  MUSTER_TRY_ASSIGN(std::string weight, fields.text("frame_weight"));
  MUSTER_TRY_ASSIGN(const std::uint64_t lines, count(fields, "lines"));
  MUSTER_TRY(fields.finish());
  return SeenClass{std::move(name), std::move(weight), lines};
}

Result<TargetOf> target_of_from(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text("target_of"));
  if (text == of_draw) return TargetOf::draw;
  if (text == of_all_draws) return TargetOf::all_draws;
  return failure(Errc::invalid_input,
                 fields.path("target_of") + ": want \"draw\" or \"all draws\"");
}

}  // namespace

Json seen_json(const SeenBefore& seen) {
  Json sites = Json::array();
  for (const SiteCount& site : seen.sites) {
    sites.push_back(Json{{"site", site.site.text()}, {"lines", integer(site.chips)}});
  }
  Json classes = Json::array();
  for (const SeenClass& item : seen.classes) {
    classes.push_back(Json{{"frame_class", item.frame_class},
                           {"frame_weight", item.frame_weight},
                           {"lines", integer(item.lines)}});
  }
  return Json{{"plan", seen.plan.text()},
              {"plan_hash", seen.plan_hash.to_hex()},
              {"chips", integer(seen.chips)},
              {"root", seen.root.to_hex()},
              {"sites", sites},
              {"classes", classes},
              {"not_consistent", integer(seen.not_consistent)},
              {"one_sample", seen.one_sample},
              {"target_of", seen.target_of == TargetOf::draw ? of_draw : of_all_draws},
              {"lines", optional_integer(seen.lines)}};
}

Result<std::optional<SeenBefore>> seen_from(FieldReader& request) {
  if (!request.has("seen_before")) return std::optional<SeenBefore>();
  MUSTER_TRY_ASSIGN(const Json* json, request.object("seen_before"));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(*json, "request.seen_before"));
  MUSTER_TRY_ASSIGN(const PlanId plan, fields.parsed<PlanId>("plan"));
  SeenBefore seen{plan, {}, 0, {}, {}, {}, 0, false};
  MUSTER_TRY_ASSIGN(seen.plan_hash, fields.hash("plan_hash"));
  MUSTER_TRY_ASSIGN(seen.chips, count(fields, "chips"));
  MUSTER_TRY_ASSIGN(seen.root, fields.hash("root"));
  MUSTER_TRY_ASSIGN(seen.sites, items<SiteCount>(fields, "sites", seen_site_from));
  MUSTER_TRY_ASSIGN(seen.classes, items<SeenClass>(fields, "classes", seen_class_from));
  MUSTER_TRY_ASSIGN(seen.not_consistent, count(fields, "not_consistent"));
  MUSTER_TRY_ASSIGN(seen.one_sample, fields.boolean("one_sample"));
  MUSTER_TRY_ASSIGN(seen.target_of, target_of_from(fields));
  MUSTER_TRY(fields.any("lines"));
  if (fields.has("lines")) {
    MUSTER_TRY_ASSIGN(seen.lines, count(fields, "lines"));
  }
  MUSTER_TRY(fields.finish());
  return std::optional(std::move(seen));
}

}  // namespace muster::sampler
