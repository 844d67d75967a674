// `ship status`.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

using registry::RowN;

struct TradeIdOptions {
  std::string id;
  bool open = false;
};

/// Hand-overs of goods while they were in this shipment.
Json legs_json(const registry::State& state, const registry::Shipment& shipment) {
  const auto& tables = state.tables();
  const RowN row = tables.shipments.find(shipment.id);
  Json legs = Json::array();
  for (const registry::Leg& leg : tables.legs.rows()) {
    if (leg.shipment != row) continue;
    legs.push_back({{"giver", id_or_null(tables.parties, leg.giver)},
                    {"taker", id_or_null(tables.parties, leg.taker)},
                    {"place", leg.place},
                    {"vehicle", text_or_null(leg.vehicle)},
                    {"seal", text_or_null(leg.seal)},
                    {"units", leg.units},
                    {"index", index_or_null(leg.index)}});
  }
  return legs;
}

Json shipment_json(const registry::State& state, const registry::Shipment& shipment) {
  const auto& tables = state.tables();
  return {{"shipment", shipment.id},
          {"sender", id_or_null(tables.parties, shipment.sender)},
          {"receiver", id_or_null(tables.parties, shipment.receiver)},
          {"destination", id_or_null(tables.sites, shipment.destination)},
          {"licence", id_or_null(tables.licences, shipment.licence)},
          {"end_user", id_or_null(tables.parties, shipment.end_user)},
          {"rma", id_or_null(tables.rmas, shipment.rma)},
          {"exception", text_or_null(shipment.exception)},
          {"purpose", shipment.purpose},
          {"accept_by",
           shipment.accept_by.ms == 0 ? Json(nullptr) : Json(shipment.accept_by.to_string())},
          {"overdue_since", index_or_null(shipment.overdue)},
          {"release_index", index_or_null(shipment.release)},
          {"release", tables.statements[shipment.release].hash.to_hex()},
          {"released", shipment.released},
          {"accepted", shipment.accepted},
          {"refused", shipment.refused},
          {"returned", shipment.returned},
          {"cancelled", shipment.cancelled},
          {"lost", shipment.lost},
          {"seized", shipment.seized},
          {"joined", shipment.joined},
          {"moved", shipment.moved},
          {"legs", legs_json(state, shipment)},
          {"open", shipment.open()}};
}

void print_shipment(print::Printer& printer, const registry::State& state,
                    const registry::Shipment& shipment) {
  const auto& tables = state.tables();
  printer.facts({"",
                 {{"shipment", shipment.id},
                  {"from", id_or_dash(tables.parties, shipment.sender)},
                  {"to", id_or_dash(tables.parties, shipment.receiver)},
                  {"destination", id_or_dash(tables.sites, shipment.destination)},
                  {"licence", id_or_dash(tables.licences, shipment.licence)},
                  {"release", tables.statements[shipment.release].hash.to_hex()},
                  {"released", std::to_string(shipment.released)},
                  {"accepted", std::to_string(shipment.accepted)},
                  {"refused", std::to_string(shipment.refused)},
                  {"returned", std::to_string(shipment.returned)},
                  {"cancelled", std::to_string(shipment.cancelled)},
                  {"lost", std::to_string(shipment.lost)},
                  {"seized", std::to_string(shipment.seized)},
                  {"joined", std::to_string(shipment.joined)},
                  {"moved", std::to_string(shipment.moved)},
                  {"overdue", shipment.overdue == registry::no_index
                                  ? print::Cell("no")
                                  : print::Cell("since entry " + std::to_string(shipment.overdue),
                                                print::Tone::bad)},
                  {"open", {std::to_string(shipment.open()), print::Tone::strong}}}});
}

Result<ExitCode> shipment_status(Context& context, Home& home, const std::string& id) {
  const auto& shipments = home.state().tables().shipments;
  MUSTER_TRY_ASSIGN(const RowN row, row_called(shipments, "shipment", id));
  auto printer = context.printer();
  print_shipment(printer, home.state(), shipments[row]);
  printer.json(shipment_json(home.state(), shipments[row]));
  return ExitCode::done;
}

Result<ExitCode> status(Context& context, const TradeIdOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  if (!options.id.empty()) return shipment_status(context, *home, options.id);
  const auto& tables = home->state().tables();
  print::Table table{.columns = {print::id_column("shipment"),
                                 {"from"},
                                 {"to"},
                                 print::number_column("released"),
                                 print::number_column("accepted"),
                                 print::number_column("open")}};
  Json list = Json::array();
  for (const registry::Shipment& shipment : tables.shipments.rows()) {
    if (options.open && shipment.open() == 0) continue;
    table.rows.push_back({shipment.id, id_or_dash(tables.parties, shipment.sender),
                          id_or_dash(tables.parties, shipment.receiver),
                          std::to_string(shipment.released), std::to_string(shipment.accepted),
                          std::to_string(shipment.open())});
    list.push_back(shipment_json(home->state(), shipment));
  }
  auto printer = context.printer();
  printer.table(table);
  printer.json({{"shipments", std::move(list)}});
  return ExitCode::done;
}

}  // namespace

void add_trade_commands(CLI::App& app, Context& context) {
  auto& shipment = context.keep<TradeIdOptions>();
  CLI::App& verb =
      add_verb(noun(app, "ship", "shipments from one custodian to the next"), "status",
               "one shipment, or all", context, [&] { return status(context, shipment); });
  verb.add_option("id", shipment.id, "shipment id");
  verb.add_flag("--open", shipment.open, "only those with chips on their way");
}

}  // namespace muster::cli
