// `statement disputed`: what stolen keys signed, and what builds on it.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/row_json.hpp"
#include "registry/dispute.hpp"

namespace muster::cli {
namespace {

using registry::Index32;

Json statement_json(const registry::State& state, Index32 index) {
  const registry::StatementRow& row = state.tables().statements[index];
  return {{"index", index},
          {"statement", row.hash.to_hex()},
          {"kind", row.kind},
          {"party", id_or_null(state.tables().parties, row.party)},
          {"accepted_at", Timestamp{row.accepted_ms}.to_string()}};
}

std::vector<print::Cell> table_row(const registry::State& state, Index32 index,
                                   const std::string& because) {
  const registry::StatementRow& row = state.tables().statements[index];
  return {std::to_string(index), Timestamp{row.accepted_ms}.to_string(), row.kind,
          id_or_dash(state.tables().parties, row.party), because};
}

std::string builds_on(const std::vector<Index32>& entries) {
  std::string text = "builds on ";
  for (const Index32 entry : entries) {
    text += (entry == entries.front() ? "" : ", ") + std::to_string(entry);
  }
  return text;
}

Result<ExitCode> list_disputed(Context& context) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const registry::State& state = home->state();
  const auto disputed = registry::disputed_statements(state);
  MUSTER_TRY_ASSIGN(const auto dependants,
                    registry::dependants(home->registry().log(), state, disputed));
  print::Table table{
      .columns = {print::number_column("entry"), {"accepted"}, {"kind"}, {"by"}, {"why"}}};
  Json direct = Json::array();
  for (const Index32 index : disputed) {
    table.rows.push_back(table_row(state, index, "signed by a key that was bad"));
    direct.push_back(statement_json(state, index));
  }
  Json following = Json::array();
  for (const registry::Dependant& one : dependants) {
    table.rows.push_back(table_row(state, one.index, builds_on(one.on)));
    Json json = statement_json(state, one.index);
    json["on"] = one.on;
    following.push_back(std::move(json));
  }
  auto printer = context.printer();
  if (disputed.empty()) printer.paragraph("No statement is disputed.", print::Tone::good);
  if (!disputed.empty()) printer.table(table);
  printer.json({{"disputed", std::move(direct)}, {"dependants", std::move(following)}});
  return ExitCode::done;
}

}  // namespace

void add_statement_disputed_command(CLI::App& app, Context& context) {
  add_verb(noun(app, "statement", "statements of any kind, made, judged, handed in"), "disputed",
           "what keys signed while they were bad, and what builds on it", context,
           [&context] { return list_disputed(context); });
}

}  // namespace muster::cli
