// `ship status`.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/row_json.hpp"
#include "cli/shipment_json.hpp"

namespace muster::cli {
namespace {

using registry::RowN;

struct TradeIdOptions {
  std::string id;
  bool open = false;
};

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
