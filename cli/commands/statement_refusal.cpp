// `statement log-refusal` and `refusals`: what the operator refused, for everybody to see.

#include <map>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/outcome.hpp"
#include "cli/print/number.hpp"
#include "cli/refusal_recorder.hpp"
#include "cli/row_json.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

struct LogRefusalOptions {
  std::string file;
  std::string party;
  std::vector<std::string> keys;
  Keepsakes keep;
};

Result<ExitCode> log_refusal(Context& context, const LogRefusalOptions& options) {
  MUSTER_TRY_ASSIGN(const std::string note,
                    read_text_file(options.file, ledger::max_note_bytes + 1));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto recorder,
                    RefusalRecorder::open(context, *home, options.party, options.keys));
  auto statement = recorder.statement(note);
  if (!statement) return failure(std::move(statement.error()).during(options.file));
  return submit(context, *home, *statement, options.keep);
}

Json refusal_json(const registry::State& state, const registry::RefusalRow& row) {
  return {{"index", row.index},
          {"statement", row.statement.to_hex()},
          {"envelope", row.envelope.to_hex()},
          {"size", row.size},
          {"judged_at", row.judged_at.to_string()},
          {"rule", row.rule},
          {"recorded_by", id_or_null(state.tables().parties, row.party)},
          {"recorded_later", state.statement_index(row.statement)
                                 ? Json(*state.statement_index(row.statement))
                                 : Json(nullptr)}};
}

Result<ExitCode> list_refusals(Context& context) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const registry::State& state = home->state();
  print::Table table{.columns = {print::number_column("entry"),
                                 {"judged"},
                                 {"rule"},
                                 print::id_column("statement"),
                                 {"recorded by"}}};
  Json list = Json::array();
  std::map<std::string, std::uint64_t> by_rule;
  for (const registry::RefusalRow& row : state.tables().refusals.rows()) {
    table.rows.push_back({std::to_string(row.index), row.judged_at.to_string(), row.rule,
                          row.statement.to_hex(), id_or_dash(state.tables().parties, row.party)});
    list.push_back(refusal_json(state, row));
    ++by_rule[row.rule];
  }
  print::Facts counts{"Refusals by rule", {}};
  Json rules = Json::object();
  for (const auto& [rule, count] : by_rule) {
    counts.rows.emplace_back(rule, print::grouped(count));
    rules[rule] = count;
  }
  auto printer = context.printer();
  if (list.empty()) printer.paragraph("No refusal is in the log.");
  if (!list.empty()) printer.table(table);
  if (!list.empty()) printer.facts(counts);
  printer.json({{"refusals", std::move(list)}, {"by_rule", std::move(rules)}});
  return ExitCode::done;
}

}  // namespace

void add_statement_refusal_commands(CLI::App& app, Context& context) {
  CLI::App& statement = noun(app, "statement", "statements of any kind, made, judged, handed in");
  auto& options = context.keep<LogRefusalOptions>();
  CLI::App& verb = add_verb(statement, "log-refusal", "record a refusal that the operator signed",
                            context, [&] { return log_refusal(context, options); });
  verb.add_option("file", options.file, "the signed refusal")->required();
  verb.add_option("--as", options.party, "the party that records it")->required();
  verb.add_option("--sign", options.keys, "its key file; again for each further signer")
      ->required();
  add_keepsake_options(verb, options.keep);
  add_verb(statement, "refusals", "what the operator refused, as far as it is in the log", context,
           [&context] { return list_refusals(context); });
}

}  // namespace muster::cli
