// `licence list|show`: what is drawn on every cap.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
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

/// What is used of a limit; a limit of 0 is none.
struct Meter {
  std::uint64_t used = 0;
  std::uint64_t most = 0;
  bool limited = false;

  [[nodiscard]] std::uint64_t left() const { return most - std::min(used, most); }
  [[nodiscard]] std::string text() const {
    return limited ? print::grouped(used) + " of " + print::grouped(most) : "no cap";
  }
  [[nodiscard]] Json most_json() const { return limited ? Json(most) : Json(nullptr); }
  [[nodiscard]] Json left_json() const { return limited ? Json(left()) : Json(nullptr); }
};

Meter meter(std::uint64_t used, std::uint64_t most) { return {used, most, most != 0}; }

/// What a ratio cap lets through of what it compares.
Meter ratio_meter(const Cap& cap, const registry::CapUse& use) {
  const bool units = cap.measure == "units";
  const std::uint64_t base = units ? cap.base_units : cap.base_tpp;
  // No product of the two is above 2^63: see licence.cap_form.
  return {units ? use.units : use.tpp, base * cap.percent / 100, true};
}

/// How the licence stands at `now`.
std::string status_of(const Licence& licence, Timestamp now) {
  const auto holds = [&](registry::Index32 index, Timestamp from) {
    return index != registry::no_index && from <= now;
  };
  if (holds(licence.revoked, licence.revoked_from)) return "revoked";
  if (holds(licence.suspended, licence.suspended_from)) return "suspended";
  if (now < licence.from) return "not begun";
  return now < licence.to ? "in force" : "over";
}

struct ShownCap {
  const Cap* cap;
  std::string name;
  std::string period;
  registry::CapUse use;
};

std::vector<ShownCap> caps_of(const State& state, const Licence& licence, Timestamp now) {
  std::vector<ShownCap> list;
  const auto& caps = state.tables().caps;
  for (const std::string& name : licence.caps) {
    const Cap& cap = caps[caps.find(licence.id + "/" + name)];
    list.push_back({&cap, name, registry::period_name(cap.period, now), use_of(state, cap, now)});
  }
  return list;
}

Json cap_json(const ShownCap& shown) {
  const Cap& cap = *shown.cap;
  const bool ratio = cap.percent != 0;
  const Meter allowed = ratio ? ratio_meter(cap, shown.use) : Meter{};
  return {{"cap", shown.name},
          {"consignee", text_or_null(cap.consignee)},
          {"end_user", text_or_null(cap.end_user)},
          {"country", text_or_null(cap.country)},
          {"product", text_or_null(cap.product)},
          {"period", cap.period.empty() ? Json(nullptr) : Json(shown.period)},
          {"units", shown.use.units},
          {"max_units", meter(0, cap.max_units).most_json()},
          {"tpp", shown.use.tpp},
          {"max_tpp", meter(0, cap.max_tpp).most_json()},
          {"percent", ratio ? Json(cap.percent) : Json(nullptr)},
          {"of_country", text_or_null(cap.of_country)},
          {"measure", text_or_null(cap.measure)},
          {"allowed_now", allowed.most_json()},
          {"left_now", allowed.left_json()},
          {"ended", cap.ended != registry::no_index}};
}

Json licence_json(const State& state, const Licence& licence, Timestamp now) {
  const auto& parties = state.tables().parties;
  const Meter units = meter(licence.units, licence.max_units);
  const Meter tpp = meter(licence.tpp, licence.max_tpp);
  Json caps = Json::array();
  for (const ShownCap& shown : caps_of(state, licence, now)) caps.push_back(cap_json(shown));
  return {{"licence", licence.id},
          {"status", status_of(licence, now)},
          {"authority", id_or_null(parties, licence.authority)},
          {"licensee", id_or_null(parties, licence.licensee)},
          {"consignees", licence.consignees},
          {"end_users", licence.end_users.empty() ? licence.consignees : licence.end_users},
          {"countries", licence.countries},
          {"products", licence.products},
          {"restore_on", licence.restore_on},
          {"from", licence.from.to_string()},
          {"to", licence.to.to_string()},
          {"max_units", licence.max_units},
          {"units", licence.units},
          {"units_left", units.left()},
          {"max_tpp", tpp.most_json()},
          {"tpp", licence.tpp},
          {"tpp_left", tpp.left_json()},
          {"caps", std::move(caps)}};
}

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
                          status_of(licence, now), day_of(licence.to),
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
                  {"status", status_of(licence, now)},
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
