// `balance shipments`, `balance unaccounted` and `balance overdue`: where sender and receiver
// differ, what nobody can show, and whose time has run out.

#include "cli/balance_options.hpp"
#include "cli/commands/commands.hpp"
#include "cli/print/number.hpp"
#include "cli/row_json.hpp"
#include "registry/balance/clock_watch.hpp"
#include "registry/balance/shipment_difference.hpp"
#include "registry/balance/unaccounted.hpp"

namespace muster::cli {
namespace {

using registry::RowN;
using registry::State;

struct BookReportOptions {
  std::string party;
  std::string period;
  bool all = false;
  bool chips = false;
};

/// The party that is named, or nothing for all.
Result<RowN> party_of(const State& state, const std::string& id) {
  if (id.empty()) return registry::no_row;
  return row_called(state.tables().parties, "party", id);
}

Json difference_json(const State& state, const registry::ShipmentDifference& line) {
  const auto& shipment = state.tables().shipments[line.shipment];
  std::vector<registry::Source> sources;
  for (const registry::Index32 index : line.sources) sources.push_back({index, 0});
  Json list = sources_json(state, sources);
  for (Json& source : list) source.erase("items");
  return {{"shipment", shipment.id},
          {"sender", id_or_null(state.tables().parties, shipment.sender)},
          {"receiver", id_or_null(state.tables().parties, shipment.receiver)},
          {"sent", line.sent},
          {"received", line.received},
          {"settled", line.settled},
          {"open", line.open},
          {"short", line.shorts},
          {"over", line.over},
          {"overdue", line.overdue},
          {"difference", line.difference()},
          {"sources", std::move(list)}};
}

Result<ExitCode> show_shipments(Context& context, const BookReportOptions& options) {
  MUSTER_TRY_ASSIGN(const Window period, period_of(options.period));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const State& state = home->state();
  const auto& tables = state.tables();
  MUSTER_TRY_ASSIGN(const RowN party, party_of(state, options.party));
  print::Table table{.columns = {{"shipment", print::Align::left, print::Overflow::keep},
                                 print::id_column("from"),
                                 print::id_column("to"),
                                 print::number_column("sent"),
                                 print::number_column("received"),
                                 print::number_column("settled"),
                                 print::number_column("open"),
                                 print::number_column("short"),
                                 print::number_column("over"),
                                 print::number_column("difference")}};
  Json list = Json::array();
  std::int64_t sum = 0;
  std::size_t differing = 0;
  std::size_t all = 0;
  for (const auto& line : registry::shipment_differences(state, party, period)) {
    ++all;
    sum += line.difference();
    if (line.differs()) ++differing;
    if (!line.differs() && !options.all) continue;
    const auto& shipment = tables.shipments[line.shipment];
    table.rows.push_back(
        {shipment.id,
         id_or_dash(tables.parties, shipment.sender),
         id_or_dash(tables.parties, shipment.receiver),
         print::grouped(line.sent),
         print::grouped(line.received),
         print::grouped(line.settled),
         print::grouped(line.open) + (line.overdue ? " overdue" : ""),
         print::grouped(line.shorts),
         print::grouped(line.over),
         {signed_text(line.difference()), line.differs() ? print::Tone::bad : print::Tone::plain}});
    list.push_back(difference_json(state, line));
  }
  auto printer = context.printer();
  if (!table.rows.empty()) printer.table(table);
  printer.paragraph(
      print::counted(all, "shipment") + " released in the period, in " + print::grouped(differing) +
      " of them sender and receiver differ: " + signed_text(sum) + " chips by their words.");
  note_open_period(printer, state, period);
  printer.json({{"from", period.from.to_string()},
                {"to", period.to.to_string()},
                {"count", all},
                {"differing", differing},
                {"difference", sum},
                {"shipments", std::move(list)}});
  return differing > 0 ? ExitCode::negative : ExitCode::done;
}

Json classes_json(const State& state, const registry::Unaccounted& found, bool chips) {
  Json list = Json::array();
  for (const auto& one : found.classes) {
    Json ids = Json::array();
    for (std::size_t i = 0; i < one.chips.size(); ++i) {
      const auto& statement = state.tables().statements[one.since[i]];
      ids.push_back({{"chip", state.chip_id(one.chips[i]).to_string()},
                     {"statement", statement.hash.to_hex()},
                     {"kind", statement.kind}});
    }
    list.push_back({{"class", one.name},
                    {"unaccounted", one.unaccounted},
                    {"legacy", one.legacy},
                    {"count", one.chips.size()},
                    {"tpp", one.tpp},
                    {"chips", chips ? std::move(ids) : Json(nullptr)}});
  }
  return list;
}

Json shortfalls_json(const State& state, const registry::Unaccounted& found) {
  Json list = Json::array();
  for (const auto& one : found.shortfalls) {
    list.push_back({{"party", id_or_null(state.tables().parties, one.party)},
                    {"site", id_or_null(state.tables().sites, one.site)},
                    {"chips", one.chips},
                    {"method", "balance.close"},
                    {"index", one.index},
                    {"statement", state.tables().statements[one.index].hash.to_hex()}});
  }
  return list;
}

void print_chips(print::Printer& printer, const State& state, const registry::Unaccounted& found) {
  print::Table table{.columns = {{"chip", print::Align::left, print::Overflow::keep},
                                 {"why"},
                                 {"custodian"},
                                 print::number_column("since entry")}};
  for (const auto& one : found.classes) {
    for (std::size_t i = 0; i < one.chips.size(); ++i) {
      const RowN chip = one.chips[i];
      const RowN custodian = state.tables().chips[chip].custodian;
      table.rows.push_back({state.chip_id(chip).to_string(), one.name, state.party_name(custodian),
                            std::to_string(one.since[i])});
    }
  }
  printer.raw("\n");
  printer.table(table);
}

Result<ExitCode> show_unaccounted(Context& context, const BookReportOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const State& state = home->state();
  MUSTER_TRY_ASSIGN(const RowN party, party_of(state, options.party));
  const auto found = registry::unaccounted(state, party);
  print::Table table{.columns = {{""}, print::number_column("chips"), print::number_column("TPP")}};
  for (const auto& one : found.classes) {
    table.rows.push_back(
        {one.name, print::grouped(std::uint64_t{one.chips.size()}), print::grouped(one.tpp)});
  }
  for (const auto& one : found.shortfalls) {
    table.rows.push_back({"not found by " + state.party_name(one.party) +
                              " (balance.close, entry " + std::to_string(one.index) + ")",
                          print::grouped(one.chips), "-"});
  }
  table.rows.push_back({"short, without an id", print::grouped(found.nameless), "-"});
  auto printer = context.printer();
  printer.table(table);
  printer.paragraph("Unaccounted for: " + print::counted(found.total(), "chip") +
                    ". Older than the register, or of unknown making: " +
                    print::counted(found.legacy(), "chip") + ".");
  printer.note(
      "beside every plan's assumption of what is off the books, never instead of it; a loss "
      "counts until another party has seen the chip, or it is destroyed with an exit read");
  if (options.chips) print_chips(printer, state, found);
  printer.json({{"party", options.party.empty() ? Json(nullptr) : Json(options.party)},
                {"entries", state.size()},
                {"unaccounted", found.total()},
                {"legacy", found.legacy()},
                {"nameless", found.nameless},
                {"classes", classes_json(state, found, options.chips)},
                {"shortfalls", shortfalls_json(state, found)}});
  return ExitCode::done;
}

Result<ExitCode> show_overdue(Context& context, const BookReportOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  const State& state = home->state();
  MUSTER_TRY_ASSIGN(const RowN party, party_of(state, options.party));
  print::Table table{.columns = {{"what"},
                                 print::id_column("of"),
                                 {"wants"},
                                 {"whose"},
                                 {"due"},
                                 print::number_column("since entry")}};
  Json list = Json::array();
  bool late = false;
  MUSTER_TRY_ASSIGN(auto holds, registry::hold_clocks(state, home->registry().log()));
  for (const auto& one : registry::running_clocks(state, party, clock->now(), std::move(holds))) {
    late = late || one.overdue;
    if (!one.overdue && !options.all) continue;
    table.rows.push_back({one.what,
                          one.id,
                          one.want,
                          state.party_name(one.owner),
                          {day_of(one.due), one.overdue ? print::Tone::bad : print::Tone::plain},
                          std::to_string(one.source)});
    list.push_back({{"what", one.what},
                    {"id", one.id},
                    {"want", one.want},
                    {"party", id_or_null(state.tables().parties, one.owner)},
                    {"due", one.due.to_string()},
                    {"overdue", one.overdue},
                    {"index", one.source},
                    {"statement", state.tables().statements[one.source].hash.to_hex()}});
  }
  auto printer = context.printer();
  if (table.rows.empty()) {
    printer.paragraph(options.all ? "No clock runs." : "No time has run out.");
  } else {
    printer.table(table);
  }
  printer.json({{"clocks", std::move(list)}});
  return late ? ExitCode::negative : ExitCode::done;
}

}  // namespace

void add_balance_watch_commands(CLI::App& app, Context& context) {
  CLI::App& balance = noun(app, "balance", "books that close, and what is unaccounted for");
  auto& sent = context.keep<BookReportOptions>();
  CLI::App& ship = add_verb(balance, "shipments", "where senders and receivers differ", context,
                            [&] { return show_shipments(context, sent); });
  ship.add_option("party", sent.party, "party id; all without it");
  ship.add_option("--period", sent.period, "FROM..TO of the release")->required();
  ship.add_flag("--all", sent.all, "those without a difference too");
  auto& lost = context.keep<BookReportOptions>();
  CLI::App& gone = add_verb(balance, "unaccounted", "what nobody can show, and legacy chips",
                            context, [&] { return show_unaccounted(context, lost); });
  gone.add_option("party", lost.party, "party id; all without it");
  gone.add_flag("--chips", lost.chips, "list every chip");
  auto& late = context.keep<BookReportOptions>();
  CLI::App& clocks = add_verb(balance, "overdue", "whose time to act has run out", context,
                              [&] { return show_overdue(context, late); });
  clocks.add_option("party", late.party, "party id; all without it");
  clocks.add_flag("--all", late.all, "clocks that still run too");
}

}  // namespace muster::cli
