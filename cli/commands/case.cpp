// `case list` and `case show`: discrepancies and reports, what is missing, and findings.

#include "cli/case_json.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/record_json.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

using registry::RowN;

struct CaseOptions {
  std::string id;
  bool all = false;
};

Result<ExitCode> list_cases(Context& context, const CaseOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const registry::State& state = home->state();
  const auto& parties = state.tables().parties;
  print::Table table{.columns = {print::id_column("id"), {"kind"}, {"against"}, {"open"}}};
  Json cases = Json::array();
  for (const registry::CaseFile& file : state.tables().cases.rows()) {
    if (!options.all && file.resolved != registry::no_index) continue;
    table.rows.push_back({file.id, file.kind, id_or_dash(parties, file.against),
                          std::to_string(file.open_lines) + " of " + std::to_string(file.lines)});
    cases.push_back(case_json(state, file));
  }
  Json findings = Json::array();
  for (const registry::Finding& finding : state.tables().findings.rows()) {
    const bool open = finding.closed == registry::no_index;
    if (!options.all && !open) continue;
    table.rows.push_back({finding.id, "finding " + finding.code, id_or_dash(parties, finding.party),
                          open ? "yes" : "no"});
    findings.push_back(finding_json(state, finding));
  }
  Json missing = Json::array();
  for (RowN n = 0; n < state.tables().chips.size(); ++n) {
    for (Json& one : missing_json(state, n)) missing.push_back(std::move(one));
  }
  for (const Json& chip : missing) {
    table.rows.push_back({chip["chip"].get<std::string>(), chip["flag"].get<std::string>(),
                          chip["custodian"].is_null() ? "-" : chip["custodian"].get<std::string>(),
                          "yes"});
  }
  auto printer = context.printer();
  printer.table(table);
  printer.json({{"cases", std::move(cases)},
                {"findings", std::move(findings)},
                {"missing", std::move(missing)}});
  return ExitCode::done;
}

ExitCode show_finding(Context& context, const Json& finding) {
  auto printer = context.printer();
  print::Facts facts;
  for (const char* key :
       {"finding", "code", "party", "opener", "index", "kind", "closed_index", "outcome"}) {
    facts.rows.emplace_back(key, value_text(finding[key]));
  }
  printer.facts(facts);
  printer.json(finding);
  return ExitCode::done;
}

Result<ExitCode> show_case(Context& context, const CaseOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const registry::State& state = home->state();
  // `case list` has findings, too.
  const RowN finding = state.tables().findings.find(options.id);
  if (finding != registry::no_row && state.tables().cases.find(options.id) == registry::no_row) {
    return show_finding(context, finding_json(state, state.tables().findings[finding]));
  }
  MUSTER_TRY_ASSIGN(const RowN row, row_called(state.tables().cases, "case", options.id));
  const Json json = whole_case_json(state, row);
  print::Table table{
      .columns = {print::whole_id_column("chip"), {"kind"}, {"opened"}, {"outcome"}}};
  for (const Json& item : json["items"]) {
    table.rows.push_back({item["chip"].get<std::string>(), item["kind"].get<std::string>(),
                          "entry " + item["opened_index"].dump(), value_text(item["outcome"])});
  }
  auto printer = context.printer();
  printer.table(table);
  printer.json(json);
  return ExitCode::done;
}

}  // namespace

void add_case_commands(CLI::App& app, Context& context) {
  auto& listed = context.keep<CaseOptions>();
  CLI::App& parent = noun(app, "case", "what is short, over, wrong, missing or found");
  add_verb(parent, "list", "open cases and findings, and what is missing", context,
           [&context, &listed] { return list_cases(context, listed); })
      .add_flag("--all", listed.all, "closed ones, too");
  auto& shown = context.keep<CaseOptions>();
  add_verb(parent, "show", "one case with its items, or one finding", context,
           [&context, &shown] { return show_case(context, shown); })
      .add_option("id", shown.id, "id of a case or a finding")
      ->required();
}

}  // namespace muster::cli
