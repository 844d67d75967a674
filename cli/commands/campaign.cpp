// `run list|show`, `plan list|show` and `query list`: what Provers filed and inspections stand at.

#include "cli/campaign_json.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/plan_json.hpp"
#include "cli/print/number.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

using registry::RowN;

struct IdOptions {
  std::string id;
  bool open = false;
};

Result<ExitCode> list_runs(Context& context, const IdOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto& tables = home->state().tables();
  print::Table table{.columns = {print::id_column("run"),
                                 {"party"},
                                 {"from"},
                                 {"to"},
                                 print::number_column("version"),
                                 print::number_column("entry")}};
  Json list = Json::array();
  for (const registry::Run& run : tables.runs.rows()) {
    if (!options.id.empty() && id_or_dash(tables.parties, run.party) != options.id) continue;
    table.rows.push_back({run.run, id_or_dash(tables.parties, run.party), day_of(run.from),
                          day_of(run.to), std::to_string(run.version), std::to_string(run.index)});
    list.push_back(run_json(tables, run));
  }
  auto printer = context.printer();
  printer.table(table);
  printer.json({{"runs", std::move(list)}});
  return ExitCode::done;
}

Result<ExitCode> show_run(Context& context, const IdOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto& tables = home->state().tables();
  MUSTER_TRY(row_called(tables.runs, "run", options.id));
  MUSTER_TRY_ASSIGN(const Json json, whole_run_json(*home, options.id));
  auto printer = context.printer();
  for (const Json& version : json["versions"]) {
    const auto text = [&](const char* key) { return version[key].get<std::string>(); };
    printer.facts({"",
                   {{"run", text("run")},
                    {"party", version["party"].is_null() ? "-" : text("party")},
                    {"version", version["version"].dump()},
                    {"window", text("from") + " to " + text("to")},
                    {"entry", version["index"].dump()}}});
    printer.lines(version["payload"]["body"].dump(2) + "\n\n");
  }
  printer.json(json);
  return ExitCode::done;
}

Result<ExitCode> list_plans(Context& context) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto& tables = home->state().tables();
  print::Table table{.columns = {print::id_column("plan"),
                                 {"by"},
                                 {"stage"},
                                 print::number_column("lines"),
                                 print::number_column("answered"),
                                 print::number_column("open queries")}};
  Json list = Json::array();
  for (RowN n = 0; n < tables.plans.size(); ++n) {
    const PlanProgress progress = plan_progress(tables, n);
    table.rows.push_back({tables.plans[n].id, id_or_dash(tables.parties, tables.plans[n].party),
                          plan_stage(tables.plans[n], progress), print::grouped(progress.sealed),
                          print::grouped(progress.answered),
                          print::grouped(progress.queries_open)});
    list.push_back(plan_json(tables, n));
  }
  auto printer = context.printer();
  printer.table(table);
  printer.json({{"plans", std::move(list)}});
  return ExitCode::done;
}

Result<ExitCode> show_plan(Context& context, const IdOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto& tables = home->state().tables();
  MUSTER_TRY_ASSIGN(const RowN row, row_called(tables.plans, "plan", options.id));
  MUSTER_TRY_ASSIGN(const Json json, whole_plan_json(*home, row));
  auto printer = context.printer();
  print::Facts facts;
  for (const char* key : {"plan", "party", "stage", "plan_hash", "index", "lines_sealed",
                          "lines_opened", "lines_answered", "queries_open"}) {
    const Json& value = json[key];
    facts.rows.emplace_back(key, value.is_string() ? value.get<std::string>() : value.dump());
  }
  printer.facts(facts);
  printer.lines("\n" + json["document"].dump(2) + "\n");
  printer.json(json);
  return ExitCode::done;
}

Result<ExitCode> list_queries(Context& context, const IdOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const registry::State& state = home->state();
  print::Table table{.columns = {print::whole_id_column("query"),
                                 {"plan"},
                                 {"of"},
                                 {"code"},
                                 {"due"},
                                 {"stage"},
                                 {"outcome"}}};
  Json list = Json::array();
  for (const registry::Query& query : state.tables().queries.rows()) {
    if (options.open && query.closed != registry::no_index) continue;
    if (!options.id.empty() && id_or_dash(state.tables().plans, query.plan) != options.id) continue;
    table.rows.push_back({query.id, id_or_dash(state.tables().plans, query.plan),
                          id_or_dash(state.tables().parties, query.owner), query.code,
                          day_of(query.due), query_stage(query), text_or_dash(query.outcome)});
    list.push_back(query_json(state, query));
  }
  auto printer = context.printer();
  printer.table(table);
  printer.json({{"queries", std::move(list)}});
  return ExitCode::done;
}

}  // namespace

void add_campaign_commands(CLI::App& app, Context& context) {
  CLI::App& run = noun(app, "run", "declared runs");
  auto& runs = context.keep<IdOptions>();
  add_verb(run, "list", "all declared runs", context, [&] {
    return list_runs(context, runs);
  }).add_option("--party", runs.id, "of this party only");
  auto& one_run = context.keep<IdOptions>();
  add_verb(run, "show", "one run with its amendments", context,
           [&] { return show_run(context, one_run); })
      .add_option("id", one_run.id, "run id")
      ->required();
  CLI::App& plan = noun(app, "plan", "inspection plans");
  add_verb(plan, "list", "all committed plans", context, [&] { return list_plans(context); });
  auto& one_plan = context.keep<IdOptions>();
  add_verb(plan, "show", "one plan, its lines and its document", context,
           [&] { return show_plan(context, one_plan); })
      .add_option("id", one_plan.id, "plan id")
      ->required();
  auto& queries = context.keep<IdOptions>();
  CLI::App& query =
      add_verb(noun(app, "query", "questions to Provers about anomalies"), "list", "all queries",
               context, [&] { return list_queries(context, queries); });
  query.add_option("--plan", queries.id, "of this plan only");
  query.add_flag("--open", queries.open, "only those that are not closed");
}

}  // namespace muster::cli
