// `statement disputed`: what stolen keys signed or parties dispute, and what builds on it.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/print/utf8.hpp"
#include "cli/row_json.hpp"
#include "registry/dispute.hpp"

namespace muster::cli {
namespace {

using registry::Index32;
using registry::RowN;

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

/// Why the statement at `index` is disputed: by whom and what they claim, or by which keys.
Json reasons_json(const registry::State& state, Index32 index) {
  const registry::Tables& tables = state.tables();
  Json list = Json::array();
  for (const RowN row : registry::open_disputes(state, index)) {
    const registry::Dispute& dispute = tables.disputes[row];
    list.push_back({{"reason", "dispute"},
                    {"dispute", dispute.id},
                    {"party", id_or_null(tables.parties, dispute.party)},
                    {"claim", dispute.claim},
                    {"entry", dispute.raised}});
  }
  for (const RowN row : registry::doubtful_keys(state, index)) {
    const registry::Key& key = tables.keys[row];
    list.push_back({{"reason", "key"},
                    {"key_id", key.id},
                    {"party", id_or_null(tables.parties, key.party)},
                    {"entry", index_or_null(key.to)},
                    {"bad_from", index_or_null(key.bad_from)}});
  }
  return list;
}

/// "disputed by gov (D1): never packed", "signed by key 0f… of maker, revoked by entry 29".
std::string reasons_text(const Json& reasons) {
  std::string text;
  for (const Json& one : reasons) {
    const std::string party = one["party"].get<std::string>();
    if (!text.empty()) text += "; ";
    if (one["reason"] == "dispute") {
      text += "disputed by " + party + " (" + one["dispute"].get<std::string>() +
              "): " + print::visible(one["claim"].get<std::string>());
    } else {
      text += "signed by key " + one["key_id"].get<std::string>() + " of " + party +
              ", revoked by entry " + one["entry"].dump() + " as bad from entry " +
              one["bad_from"].dump() + " on";
    }
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
    Json json = statement_json(state, index);
    json["why"] = reasons_json(state, index);
    table.rows.push_back(table_row(state, index, reasons_text(json["why"])));
    direct.push_back(std::move(json));
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
           "what is disputed, by whom or for which key, and what builds on it", context,
           [&context] { return list_disputed(context); });
}

}  // namespace muster::cli
