// `finding|dispute|seal|freeze|hold|lot list` and `show`, `delegate list` and `policy show`: tables
// of the state, all in one way.

#include <array>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/record_json.hpp"

namespace muster::cli {
namespace {

using registry::State;

/// What is shown of a row, and how it is called there.
struct Shown {
  const char* key;
  const char* title;
};

/// A table of the state. The first thing shown of a row is its id.
struct RecordTable {
  const char* noun;
  const char* about;
  const char* plural;  ///< In JSON.
  const char* list_verb;
  const char* list_summary;
  const char* open;  ///< What --open leaves; null: there is no such option.
  bool has_show;
  std::vector<Shown> shown;
  Json (*rows)(const State&);
  /// What `show` has for the row with such an id; null: the row of the list.
  Json (*whole)(const State&, const std::string& id) = nullptr;
  std::vector<Shown> shown_whole{};  ///< Behind `shown`, of that.
};

template <const auto& table_of, const auto& json_of>
Json rows_of(const State& state) {
  Json list = Json::array();
  for (const auto& row : table_of(state).rows()) list.push_back(json_of(state, row));
  return list;
}

const auto& findings_in(const State& state) { return state.tables().findings; }
const auto& disputes_in(const State& state) { return state.tables().disputes; }
const auto& delegations_in(const State& state) { return state.tables().delegations; }
const auto& seals_in(const State& state) { return state.tables().seals; }
const auto& freezes_in(const State& state) { return state.tables().freezes; }
const auto& policies_in(const State& state) { return state.tables().policies; }

const auto& lots_in(const State& state) { return state.tables().lots; }

Json hold_rows(const State& state) {
  Json list = Json::array();
  for (registry::RowN row = 0; row < state.tables().holds.size(); ++row) {
    list.push_back(hold_json(state, row));
  }
  return list;
}

Json whole_hold(const State& state, const std::string& id) {
  return whole_hold_json(state, state.tables().holds.find(id), [](registry::RowN) { return true; });
}

const std::array<RecordTable, 8> record_tables{
    {{"finding",
      "findings of audits and of the registry itself",
      "findings",
      "list",
      "all findings",
      "only those that are not closed",
      true,
      {{"finding", "finding"},
       {"code", "code"},
       {"party", "against"},
       {"opener", "opened by"},
       {"index", "entry"},
       {"kind", "of kind"},
       {"closed_index", "closed by entry"},
       {"outcome", "outcome"}},
      rows_of<findings_in, finding_json>},
     {"dispute",
      "what parties say against statements",
      "disputes",
      "list",
      "all disputes, with how they were settled",
      "only those that are not settled",
      true,
      {{"dispute", "dispute"},
       {"party", "raised by"},
       {"claim", "claim"},
       {"index", "entry"},
       {"disputed_index", "against entry"},
       {"disputed_kind", "of kind"},
       {"settled_index", "settled by entry"},
       {"ruling", "ruling"}},
      rows_of<disputes_in, dispute_json>},
     {"seal",
      "seal events and facts",
      "seals",
      "list",
      "all seals, with how they were found last",
      "only those that are intact",
      true,
      {{"seal", "seal"},
       {"holder", "on"},
       {"party", "put on by"},
       {"state", "state"},
       {"by_authority", "broken by an authority"},
       {"index", "entry"},
       {"last_index", "last entry"}},
      rows_of<seals_in, seal_json>},
     {"delegate",
      "delegate events and facts",
      "delegations",
      "list",
      "all delegations, with what is used of them",
      "only those that are not revoked",
      false,
      {{"delegation", "delegation"},
       {"principal", "principal"},
       {"delegate", "delegate"},
       {"kinds", "kinds"},
       {"sites", "sites"},
       {"from", "from"},
       {"to", "to"},
       {"units", "chips"},
       {"max_units", "at most"},
       {"revoked_index", "revoked by entry"}},
      rows_of<delegations_in, delegation_json>},
     {"freeze",
      "what Provers froze of a window",
      "freezes",
      "list",
      "all freezes, with the roots that draws start from",
      nullptr,
      true,
      {{"freeze", "freeze"},
       {"party", "Prover"},
       {"from", "from"},
       {"to", "to"},
       {"count", "chips"},
       {"frame_root", "frame root"},
       {"declarations", "declarations"},
       {"index", "entry"}},
      rows_of<freezes_in, freeze_json>},
     {"hold",
      "what authorities hold",
      "holds",
      "list",
      "all holds, with how many chips are under them",
      "only those that chips are under",
      true,
      {{"hold", "hold"},
       {"authority", "authority"},
       {"basis", "basis"},
       {"held", "held"},
       {"lifted", "let go"},
       {"index", "entry"}},
      hold_rows,
      whole_hold,
      {{"chips", "chips"}}},
     {"lot",
      "lot events and facts",
      "lots",
      "list",
      "all lots, with what came in, went and is left",
      "only those that something is left of",
      true,
      {{"lot", "lot"},
       {"unit", "unit"},
       {"product", "product"},
       {"holder", "holder"},
       {"site", "site"},
       {"quantity", "left"},
       {"in", "in"},
       {"out", "out"},
       {"used", "used"},
       {"scrapped", "scrapped"},
       {"index", "entry"}},
      rows_of<lots_in, lot_json>},
     {"policy",
      "policy events and facts",
      "policies",
      "show",
      "the parameters of the rules, and from which entry on",
      nullptr,
      false,
      {{"from_index", "from entry"},
       {"index", "set by entry"},
       {"rules_version", "rules"},
       {"open", "in force"},
       {"parameters", "parameters"}},
      rows_of<policies_in, policy_row_json>}}};

struct ShownRecords {
  const RecordTable* table = nullptr;
  std::string id;
  bool open = false;
};

/// Ids and numbers are never shortened.
print::Table table_of(const RecordTable& table, const Json& rows) {
  print::Table printed;
  for (const Shown& one : table.shown) {
    const bool is_id = printed.columns.empty();
    printed.columns.push_back(
        {one.title, print::Align::left, is_id ? print::Overflow::keep : print::Overflow::wrap});
  }
  for (const Json& row : rows) {
    std::vector<print::Cell> cells;
    for (const Shown& one : table.shown) cells.emplace_back(value_text(row[one.key]));
    printed.rows.push_back(std::move(cells));
  }
  return printed;
}

Result<ExitCode> list_records(Context& context, const ShownRecords& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const RecordTable& table = *options.table;
  Json rows = Json::array();
  const Json all = table.rows(home->state());
  for (const Json& row : all) {
    if (!options.open || row["open"].get<bool>()) rows.push_back(row);
  }
  auto printer = context.printer();
  printer.table(table_of(table, rows));
  Json json = Json::object();
  json[table.plural] = std::move(rows);
  printer.json(json);
  return ExitCode::done;
}

Result<ExitCode> show_record(Context& context, const ShownRecords& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const RecordTable& table = *options.table;
  const Json all = table.rows(home->state());
  for (Json row : all) {
    if (row[table.shown.front().key] != options.id) continue;
    if (table.whole != nullptr) row = table.whole(home->state(), options.id);
    print::Facts facts;
    for (const auto& list : {table.shown, table.shown_whole}) {
      for (const Shown& one : list) facts.rows.emplace_back(one.title, value_text(row[one.key]));
    }
    auto printer = context.printer();
    printer.facts(facts);
    printer.json(row);
    return ExitCode::done;
  }
  return failure(Errc::not_found, std::string(table.noun) + " " + options.id +
                                      ": not registered; `muster " + table.noun + " list` has all");
}

}  // namespace

void add_record_commands(CLI::App& app, Context& context) {
  for (const RecordTable& table : record_tables) {
    CLI::App& parent = noun(app, table.noun, table.about);
    auto& listed = context.keep<ShownRecords>();
    listed.table = &table;
    CLI::App& list = add_verb(parent, table.list_verb, table.list_summary, context,
                              [&context, &listed] { return list_records(context, listed); });
    if (table.open != nullptr) list.add_flag("--open", listed.open, table.open);
    if (!table.has_show) continue;
    auto& shown = context.keep<ShownRecords>();
    shown.table = &table;
    add_verb(parent, "show", std::string("one ") + table.noun, context,
             [&context, &shown] { return show_record(context, shown); })
        .add_option("id", shown.id, std::string("its id"))
        ->required();
  }
}

}  // namespace muster::cli
