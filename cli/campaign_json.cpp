#include "cli/campaign_json.hpp"

#include "cli/plan_json.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {

Json run_json(const registry::Tables& tables, const registry::Run& run) {
  return {{"id", run.id},
          {"run", run.run},
          {"party", id_or_null(tables.parties, run.party)},
          {"from", run.from.to_string()},
          {"to", run.to.to_string()},
          {"version", run.version},
          {"index", run.index},
          {"statement", tables.statements[run.index].hash.to_hex()}};
}

Result<Json> whole_run_json(Home& home, const std::string& run) {
  const auto& tables = home.state().tables();
  Json versions = Json::array();
  for (const registry::Run& row : tables.runs.rows()) {
    if (row.run != run) continue;
    Json version = run_json(tables, row);
    MUSTER_TRY_ASSIGN(version["payload"], entry_payload(home, row.index));
    versions.push_back(std::move(version));
  }
  return Json{{"run", run}, {"versions", std::move(versions)}};
}

const char* query_stage(const registry::Query& query) {
  if (query.closed != registry::no_index) return "closed";
  return query.answered != registry::no_index ? "answered" : "open";
}

Json query_json(const registry::State& state, const registry::Query& query) {
  const auto& tables = state.tables();
  const bool has_chip = query.chip != registry::no_row;
  return {{"query", query.id},
          {"plan", id_or_null(tables.plans, query.plan)},
          {"chip", has_chip ? Json(state.chip_id(query.chip).to_string()) : Json(nullptr)},
          {"owner", id_or_null(tables.parties, query.owner)},
          {"opener", id_or_null(tables.parties, query.opener)},
          {"code", query.code},
          {"due", query.due.to_string()},
          {"stage", query_stage(query)},
          {"opened_index", index_or_null(query.opened)},
          {"answered_index", index_or_null(query.answered)},
          {"closed_index", index_or_null(query.closed)},
          {"outcome", text_or_null(query.outcome)}};
}

}  // namespace muster::cli
