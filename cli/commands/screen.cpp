// `screen list|due`: what is known of parties, and whom to screen tonight. `eus list`.

#include <algorithm>
#include <set>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/row_json.hpp"
#include "registry/clearance.hpp"
#include "registry/policy.hpp"

namespace muster::cli {
namespace {

using registry::RowN;
using registry::Screened;
using registry::State;

Json screened_json(const State& state, const Screened& row) {
  const auto& parties = state.tables().parties;
  return {{"party", id_or_null(parties, row.party)}, {"by", id_or_null(parties, row.by)},
          {"official", row.id.starts_with("*/")},    {"verdict", row.verdict},
          {"at", Timestamp{row.at_ms}.to_string()},  {"lists", row.lists.to_hex()},
          {"index", index_or_null(row.index)}};
}

Result<ExitCode> list_screenings(Context& context) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto& tables = home->state().tables();
  print::Table table{.columns = {{"party"}, {"verdict"}, {"by"}, {"on"}}};
  Json list = Json::array();
  for (const Screened& row : tables.screened.rows()) {
    const auto tone = row.verdict == "pass" ? print::Tone::plain : print::Tone::bad;
    table.rows.push_back({id_or_dash(tables.parties, row.party),
                          {row.verdict, tone},
                          id_or_dash(tables.parties, row.by),
                          day_of(Timestamp{row.at_ms})});
    list.push_back(screened_json(home->state(), row));
  }
  auto printer = context.printer();
  printer.table(table);
  printer.json({{"screenings", std::move(list)}});
  return ExitCode::done;
}

/// Everyone whose screening matters now: who has chips, and who is a party of an open release.
std::set<RowN> concerned(const State& state) {
  std::set<RowN> parties;
  for (const registry::ChipState& chip : state.tables().chips.rows()) {
    if (chip.custodian != registry::no_row) parties.insert(chip.custodian);
  }
  for (const registry::Shipment& shipment : state.tables().shipments.rows()) {
    if (shipment.open() == 0) continue;
    parties.insert({shipment.sender, shipment.receiver, shipment.end_user});
  }
  return parties;
}

/// The newest official screening of a party, or null.
const Screened* official(const State& state, RowN party) {
  const auto& table = state.tables().screened;
  const RowN row = table.find("*/" + state.party_name(party));
  return row == registry::no_row ? nullptr : &table[row];
}

Result<ExitCode> due(Context& context) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  const State& state = home->state();
  const std::uint64_t days = registry::Policy(state, state.size())
                                 .number("screening_days", registry::default_screening_days);
  const std::int64_t limit = clock->now().ms - static_cast<std::int64_t>(days) * ms_per_day;
  print::Table table{.columns = {{"party"}, {"last verdict"}, {"on"}}};
  Json list = Json::array();
  for (const RowN party : concerned(state)) {
    const Screened* last = official(state, party);
    if (last != nullptr && last->verdict == "pass" && last->at_ms > limit) continue;
    const std::string verdict = last == nullptr ? "never screened" : last->verdict;
    const std::string day = last == nullptr ? "-" : day_of(Timestamp{last->at_ms});
    table.rows.push_back({state.party_name(party), verdict, day});
    list.push_back(
        {{"party", state.party_name(party)},
         {"verdict", last == nullptr ? Json(nullptr) : Json(last->verdict)},
         {"at", last == nullptr ? Json(nullptr) : Json(Timestamp{last->at_ms}.to_string())}});
  }
  auto printer = context.printer();
  const bool none = list.empty();
  printer.table(table);
  printer.note("custodians and parties of open releases without an official pass of the last " +
               std::to_string(days) + " days");
  printer.json({{"days", days}, {"due", std::move(list)}});
  return none ? ExitCode::done : ExitCode::negative;
}

Result<ExitCode> list_uses(Context& context) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto& tables = home->state().tables();
  print::Table table{.columns = {{"end user"}, {"licence"}, {"site"}, {"use"}, {"until"}}};
  Json list = Json::array();
  for (const registry::EndUse& use : tables.end_uses.rows()) {
    const std::string licence = use.id.substr(use.id.find('/') + 1);
    const bool ends = use.valid_to != Timestamp{};
    table.rows.push_back({id_or_dash(tables.parties, use.party), text_or_dash(licence),
                          id_or_dash(tables.sites, use.site), use.use,
                          ends ? day_of(use.valid_to) : "-"});
    list.push_back({{"party", id_or_null(tables.parties, use.party)},
                    {"licence", text_or_null(licence)},
                    {"site", id_or_null(tables.sites, use.site)},
                    {"use", use.use},
                    {"statement", use.paper.to_hex()},
                    {"valid_to", ends ? Json(use.valid_to.to_string()) : Json(nullptr)},
                    {"index", index_or_null(use.index)}});
  }
  auto printer = context.printer();
  printer.table(table);
  printer.json({{"uses", std::move(list)}});
  return ExitCode::done;
}

}  // namespace

void add_screen_commands(CLI::App& app, Context& context) {
  CLI::App& screen = noun(app, "screen", "screening of parties against lists");
  add_verb(screen, "list", "the newest result of every screener about every party", context,
           [&] { return list_screenings(context); });
  add_verb(screen, "due", "parties with chips or open releases whose pass is missing or old",
           context, [&] { return due(context); });
  CLI::App& eus = noun(app, "eus", "end-user statements");
  add_verb(eus, "list", "the statements that stand", context, [&] { return list_uses(context); });
}

}  // namespace muster::cli
