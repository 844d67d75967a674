// `licence list|show` and `ship status`.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/print/number.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

using registry::RowN;

struct TradeIdOptions {
  std::string id;
  bool open = false;
};

Json licence_json(const registry::State& state, const registry::Licence& licence) {
  const auto& parties = state.tables().parties;
  const bool tpp_cap = licence.max_tpp != 0;
  return {{"licence", licence.id},
          {"authority", id_or_null(parties, licence.authority)},
          {"licensee", id_or_null(parties, licence.licensee)},
          {"consignees", licence.consignees},
          {"countries", licence.countries},
          {"products", licence.products},
          {"from", licence.from.to_string()},
          {"to", licence.to.to_string()},
          {"max_units", licence.max_units},
          {"units", licence.units},
          {"units_left", licence.max_units - std::min(licence.units, licence.max_units)},
          {"max_tpp", tpp_cap ? Json(licence.max_tpp) : Json(nullptr)},
          {"tpp", licence.tpp},
          {"tpp_left", tpp_cap ? Json(licence.max_tpp - std::min(licence.tpp, licence.max_tpp))
                               : Json(nullptr)}};
}

Result<ExitCode> list_licences(Context& context) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto& tables = home->state().tables();
  print::Table table{.columns = {print::id_column("licence"),
                                 {"licensee"},
                                 {"until"},
                                 print::number_column("drawn"),
                                 print::number_column("of")}};
  Json list = Json::array();
  for (const registry::Licence& licence : tables.licences.rows()) {
    table.rows.push_back({licence.id, id_or_dash(tables.parties, licence.licensee),
                          day_of(licence.to), print::grouped(licence.units),
                          print::grouped(licence.max_units)});
    list.push_back(licence_json(home->state(), licence));
  }
  auto printer = context.printer();
  printer.table(table);
  printer.json({{"licences", std::move(list)}});
  return ExitCode::done;
}

std::string listed_text(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

Result<ExitCode> show_licence(Context& context, const TradeIdOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto& tables = home->state().tables();
  MUSTER_TRY_ASSIGN(const RowN row, row_called(tables.licences, "licence", options.id));
  const registry::Licence& licence = tables.licences[row];
  const auto of = [](std::uint64_t used, std::uint64_t most) {
    return print::grouped(used) + " of " + print::grouped(most);
  };
  auto printer = context.printer();
  printer.facts(
      {"",
       {{"licence", licence.id},
        {"granted by", id_or_dash(tables.parties, licence.authority)},
        {"licensee", id_or_dash(tables.parties, licence.licensee)},
        {"consignees", listed_text(licence.consignees)},
        {"countries", listed_text(licence.countries)},
        {"products", listed_text(licence.products)},
        {"valid", day_of(licence.from) + " to " + day_of(licence.to)},
        {"units drawn", of(licence.units, licence.max_units)},
        {"TPP drawn", licence.max_tpp == 0 ? "no cap" : of(licence.tpp, licence.max_tpp)}}});
  printer.json(licence_json(home->state(), licence));
  return ExitCode::done;
}

Json shipment_json(const registry::State& state, const registry::Shipment& shipment) {
  const auto& tables = state.tables();
  return {{"shipment", shipment.id},
          {"sender", id_or_null(tables.parties, shipment.sender)},
          {"receiver", id_or_null(tables.parties, shipment.receiver)},
          {"destination", id_or_null(tables.sites, shipment.destination)},
          {"licence", id_or_null(tables.licences, shipment.licence)},
          {"exception", text_or_null(shipment.exception)},
          {"purpose", shipment.purpose},
          {"accept_by",
           shipment.accept_by.ms == 0 ? Json(nullptr) : Json(shipment.accept_by.to_string())},
          {"release_index", index_or_null(shipment.release)},
          {"release", tables.statements[shipment.release].hash.to_hex()},
          {"released", shipment.released},
          {"accepted", shipment.accepted},
          {"refused", shipment.refused},
          {"returned", shipment.returned},
          {"cancelled", shipment.cancelled},
          {"lost", shipment.lost},
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
  CLI::App& licence = noun(app, "licence", "export licences and what was drawn on them");
  add_verb(licence, "list", "all licences", context, [&] { return list_licences(context); });
  auto& shown = context.keep<TradeIdOptions>();
  add_verb(licence, "show", "one licence with its caps", context,
           [&] { return show_licence(context, shown); })
      .add_option("id", shown.id, "licence id")
      ->required();
  auto& shipment = context.keep<TradeIdOptions>();
  CLI::App& verb =
      add_verb(noun(app, "ship", "shipments from one custodian to the next"), "status",
               "one shipment, or all", context, [&] { return status(context, shipment); });
  verb.add_option("id", shipment.id, "shipment id");
  verb.add_flag("--open", shipment.open, "only those with chips on their way");
}

}  // namespace muster::cli
