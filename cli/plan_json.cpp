#include "cli/plan_json.hpp"

#include "cli/row_json.hpp"

namespace muster::cli {
Json plan_lines_json(const registry::State& state, registry::RowN plan, const ShowsSite& shows) {
  const auto& tables = state.tables();
  Json list = Json::array();
  for (const registry::Line& line : tables.lines.rows()) {
    const registry::SealedSite& site = tables.sealed_sites[line.site];
    if (site.plan != plan || (shows && !shows(site))) continue;
    list.push_back({{"site", site.id.substr(site.id.find('/') + 1)},
                    {"chip", state.chip_id(line.chip).to_string()},
                    {"answered_index", index_or_null(line.answered)},
                    {"verdict", text_or_null(line.verdict)},
                    {"presence", text_or_null(line.presence)}});
  }
  return list;
}

Result<Json> entry_payload(Home& home, registry::Index32 index) {
  MUSTER_TRY_ASSIGN(const auto entries, home.registry().log().read({index}, 1));
  if (entries.empty()) {
    return failure(Errc::corrupt, "log: entry " + std::to_string(index) + " is missing");
  }
  return parse_json(entries.front().envelope.payload);
}

PlanProgress plan_progress(const registry::Tables& tables, registry::RowN plan) {
  PlanProgress progress;
  for (const registry::SealedSite& site : tables.sealed_sites.rows()) {
    if (site.plan != plan) continue;
    ++progress.sites;
    progress.sealed += site.lines;
    if (site.opened != registry::no_index) ++progress.sites_opened;
  }
  for (const registry::Line& line : tables.lines.rows()) {
    if (tables.sealed_sites[line.site].plan != plan) continue;
    ++progress.opened;
    if (line.answered != registry::no_index) ++progress.answered;
  }
  for (const registry::Query& query : tables.queries.rows()) {
    if (query.plan == plan && query.closed == registry::no_index) ++progress.queries_open;
  }
  return progress;
}

const char* plan_stage(const registry::Plan& plan, const PlanProgress& progress) {
  if (plan.abandoned != registry::no_index) return "abandoned";
  if (plan.sealed == registry::no_index) return "committed";
  if (progress.answered < progress.sealed) return "open";
  return progress.queries_open > 0 ? "queries open" : "answered";
}

Json plan_json(const registry::Tables& tables, registry::RowN n) {
  const registry::Plan& plan = tables.plans[n];
  const PlanProgress progress = plan_progress(tables, n);
  return {{"plan", plan.id},
          {"party", id_or_null(tables.parties, plan.party)},
          {"plan_hash", plan.plan_hash.to_hex()},
          {"freezes", plan.freezes},
          {"stage", plan_stage(plan, progress)},
          {"index", plan.index},
          {"sealed_index", index_or_null(plan.sealed)},
          {"abandoned_index", index_or_null(plan.abandoned)},
          {"sites", progress.sites},
          {"sites_opened", progress.sites_opened},
          {"lines_sealed", progress.sealed},
          {"lines_opened", progress.opened},
          {"lines_answered", progress.answered},
          {"queries_open", progress.queries_open}};
}

Result<Json> whole_plan_json(Home& home, registry::RowN plan, const ShowsSite& shows) {
  const auto& tables = home.state().tables();
  Json json = plan_json(tables, plan);
  MUSTER_TRY_ASSIGN(const Json payload, entry_payload(home, tables.plans[plan].index));
  json["document"] = payload["body"]["document"];
  json["lines"] = plan_lines_json(home.state(), plan, shows);
  return json;
}

}  // namespace muster::cli
