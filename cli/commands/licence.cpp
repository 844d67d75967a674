// `licence list|show`: what is drawn on every cap.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/licence_json.hpp"
#include "cli/print/number.hpp"
#include "cli/row_json.hpp"
#include "registry/draw.hpp"

namespace muster::cli {
namespace {

using registry::Cap;
using registry::Licence;
using registry::RowN;
using registry::State;

struct LicenceOptions {
  std::string id;
};

Result<ExitCode> list_licences(Context& context) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  const Timestamp now = clock->now();
  const auto& tables = home->state().tables();
  print::Table table{.columns = {print::id_column("licence"),
                                 {"licensee"},
                                 {"status"},
                                 {"until"},
                                 print::number_column("drawn"),
                                 print::number_column("of")}};
  Json list = Json::array();
  for (const Licence& licence : tables.licences.rows()) {
    table.rows.push_back({licence.id, id_or_dash(tables.parties, licence.licensee),
                          licence_status(licence, now), day_of(licence.to),
                          print::grouped(licence.units), print::grouped(licence.max_units)});
    list.push_back(licence_json(home->state(), licence, now));
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

std::string cap_limit_text(const ShownCap& shown) {
  const Cap& cap = *shown.cap;
  if (cap.ended != registry::no_index) return "ended";
  if (cap.percent != 0) {
    return ratio_meter(cap, shown.use).text() + " " + cap.measure + ", " +
           std::to_string(cap.percent) + " % of what was delivered to " + cap.of_country;
  }
  std::string text;
  if (cap.max_units != 0) text += meter(shown.use.units, cap.max_units).text() + " units";
  if (cap.max_units != 0 && cap.max_tpp != 0) text += "; ";
  if (cap.max_tpp != 0) text += meter(shown.use.tpp, cap.max_tpp).text() + " TPP";
  return text;
}

void print_caps(print::Printer& printer, const State& state, const Licence& licence,
                Timestamp now) {
  if (licence.caps.empty()) return;
  print::Table table{.columns = {print::id_column("cap"), {"on"}, {"period"}, {"drawn"}}};
  for (const ShownCap& shown : caps_of(state, licence, now)) {
    table.rows.push_back(
        {shown.name, registry::scope_text(*shown.cap), shown.period, cap_limit_text(shown)});
  }
  printer.heading("Caps");
  printer.table(table);
}

Result<ExitCode> show_licence(Context& context, const LicenceOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  const Timestamp now = clock->now();
  const auto& tables = home->state().tables();
  MUSTER_TRY_ASSIGN(const RowN row, row_called(tables.licences, "licence", options.id));
  const Licence& licence = tables.licences[row];
  auto printer = context.printer();
  printer.facts({"",
                 {{"licence", licence.id},
                  {"status", licence_status(licence, now)},
                  {"granted by", id_or_dash(tables.parties, licence.authority)},
                  {"licensee", id_or_dash(tables.parties, licence.licensee)},
                  {"consignees", listed_text(licence.consignees)},
                  {"end users",
                   listed_text(licence.end_users.empty() ? licence.consignees : licence.end_users)},
                  {"countries", listed_text(licence.countries)},
                  {"products", listed_text(licence.products)},
                  {"valid", day_of(licence.from) + " to " + day_of(licence.to)},
                  {"units drawn", meter(licence.units, licence.max_units).text()},
                  {"TPP drawn", meter(licence.tpp, licence.max_tpp).text()}}});
  print_caps(printer, home->state(), licence, now);
  printer.json(licence_json(home->state(), licence, now));
  return ExitCode::done;
}

}  // namespace

void add_licence_commands(CLI::App& app, Context& context) {
  CLI::App& licence = noun(app, "licence", "export licences and what was drawn on them");
  add_verb(licence, "list", "all licences", context, [&] { return list_licences(context); });
  auto& shown = context.keep<LicenceOptions>();
  add_verb(licence, "show", "one licence, with what is drawn on every cap", context,
           [&] { return show_licence(context, shown); })
      .add_option("id", shown.id, "licence id")
      ->required();
}

}  // namespace muster::cli
