// `holder show`: a container, board, tray, server or rack: what stands in it, and the statements
// that name it.

#include <algorithm>
#include <set>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/print/number.hpp"
#include "cli/row_json.hpp"
#include "registry/event.hpp"
#include "registry/kind.hpp"

namespace muster::cli {
namespace {

using registry::Event;
using registry::Index32;
using registry::Kind;
using registry::RowN;
using registry::State;

struct HolderOptions {
  std::string id;
};

/// Whether a field of the body of such a kind names holders. A party has a parent, too.
bool names_holders(const Kind& kind, std::string_view field) {
  return field == "container" || field == "children" ||
         (field == "parent" && kind.name.starts_with("asm."));
}

bool may_name_holders(const Kind& kind) {
  using registry::TakesSubjects;
  return kind.replaces || kind.subjects == TakesSubjects::chips ||
         kind.subjects == TakesSubjects::container ||
         std::ranges::any_of(kind.body, [&](const registry::Field& field) {
           return names_holders(kind, field.name);
         });
}

/// How the event names the holder: "subject", or the field of its body; or empty.
std::string naming(const Event& event, const std::string& id) {
  if (event.header.subjects.form == registry::SubjectForm::container &&
      event.header.subjects.container == id) {
    return "subject";
  }
  for (const registry::Field& field : event.kind->body) {
    const auto value = event.body.find(field.name);
    if (!names_holders(*event.kind, field.name) || value == event.body.end()) continue;
    const bool listed = value->is_array() && std::ranges::find(*value, Json(id)) != value->end();
    if (listed || *value == Json(id)) return std::string(field.name);
  }
  for (const Event* inner : {event.was.get(), event.instead.get()}) {
    if (inner == nullptr) continue;
    std::string how = naming(*inner, id);
    if (!how.empty()) return how;
  }
  return {};
}

/// How the statement at `index` names the holder, or empty.
Result<std::string> naming_at(Home& home, Index32 index, const std::string& id) {
  const registry::StatementRow& row = home.state().tables().statements[index];
  const Kind* const kind = registry::find_kind(row.kind);
  if (kind == nullptr || !may_name_holders(*kind)) return std::string();
  MUSTER_TRY_ASSIGN(const auto entries, home.registry().log().read({index}, 1));
  if (entries.empty()) {
    return failure(Errc::corrupt, "entry " + std::to_string(index) + ": not in the log");
  }
  const std::string& payload = entries.front().envelope.payload;
  if (payload.find("\"" + id + "\"") == std::string::npos) return std::string();
  MUSTER_TRY_ASSIGN(const Event event, registry::parse_event(payload, row.hash));
  return naming(event, id);
}

/// The statements that name the holder, and those that take them back, in log order.
Result<Json> entries_of(Home& home, const std::string& id) {
  const State& state = home.state();
  const auto& statements = state.tables().statements;
  std::set<Index32> listed;
  Json list = Json::array();
  for (Index32 index = 0; index < state.size(); ++index) {
    const registry::StatementRow& row = statements[index];
    MUSTER_TRY_ASSIGN(std::string how, naming_at(home, index, id));
    if (how.empty() && listed.contains(row.corrects)) how = "corrects";
    if (how.empty()) continue;
    listed.insert(index);
    list.push_back({{"index", index},
                    {"statement", row.hash.to_hex()},
                    {"kind", row.kind},
                    {"party", state.party_name(row.party)},
                    {"accepted_at", Timestamp{row.accepted_ms}.to_string()},
                    {"how", std::move(how)},
                    {"corrected_by", index_or_null(row.corrected)}});
  }
  return list;
}

/// The holder itself, or the innermost one around it that has what is asked for.
RowN nearest_with(const registry::Tables& tables, RowN row, RowN registry::Holder::*fact) {
  while (row != registry::no_row && tables.holders[row].*fact == registry::no_row) {
    row = tables.holders[row].parent;
  }
  return row == registry::no_row ? registry::no_row : tables.holders[row].*fact;
}

Json holder_json(const State& state, RowN row) {
  const auto& tables = state.tables();
  const registry::Holder& holder = tables.holders[row];
  Json inside = Json::array();
  for (const RowN inner : state.inner_holders(row)) {
    inside.push_back({{"holder", tables.holders[inner].id},
                      {"kind", tables.holders[inner].kind},
                      {"chips", state.contents(inner).size()}});
  }
  const auto chips = state.contents(row);
  const auto direct =
      std::ranges::count_if(chips, [&](RowN chip) { return tables.chips[chip].parent == row; });
  return {{"holder", holder.id},
          {"kind", holder.kind},
          {"in", id_or_null(tables.holders, holder.parent)},
          {"custodian", id_or_null(tables.parties, holder.custodian)},
          {"installed_at",
           id_or_null(tables.sites, nearest_with(tables, row, &registry::Holder::site))},
          {"shipment",
           id_or_null(tables.shipments, nearest_with(tables, row, &registry::Holder::shipment))},
          {"seal", text_or_null(holder.seal)},
          {"closed", holder.closed},
          {"inferred", holder.inferred},
          {"chips", chips.size()},
          {"chips_directly", direct},
          {"inside", std::move(inside)}};
}

void print_holder(print::Printer& printer, const Json& json) {
  const auto text = [&](const char* key) {
    return json[key].is_null() ? std::string("-") : json[key].get<std::string>();
  };
  printer.facts(
      {"",
       {{"holder", text("holder")},
        {"kind", text("kind")},
        {"stands in", text("in")},
        {"custodian", text("custodian")},
        {"installed at", text("installed_at")},
        {"shipment", text("shipment")},
        {"seal", text("seal")},
        {"closed", json["closed"] == true ? "yes" : "no"},
        {"chips in all", print::grouped(json["chips"].get<std::uint64_t>())},
        {"directly in it", print::grouped(json["chips_directly"].get<std::uint64_t>())}}});
  print::Table inside{
      .caption = "In it",
      .columns = {print::id_column("holder"), {"kind"}, print::number_column("chips")}};
  for (const Json& one : json["inside"]) {
    inside.rows.push_back({one["holder"].get<std::string>(), one["kind"].get<std::string>(),
                           print::grouped(one["chips"].get<std::uint64_t>())});
  }
  if (!inside.rows.empty()) printer.table(inside);
  print::Table entries{.caption = "Statements that name it",
                       .columns = {print::number_column("entry"),
                                   {"accepted"},
                                   {"kind"},
                                   {"by"},
                                   {"as"},
                                   print::number_column("corrected by")}};
  for (const Json& one : json["entries"]) {
    entries.rows.push_back({one["index"].dump(), one["accepted_at"].get<std::string>(),
                            one["kind"].get<std::string>(), one["party"].get<std::string>(),
                            one["how"].get<std::string>(),
                            one["corrected_by"].is_null() ? "-" : one["corrected_by"].dump()});
  }
  printer.table(entries);
  printer.note("`muster chip list --holder " + text("holder") + "` lists its chips");
}

Result<ExitCode> show_holder(Context& context, const HolderOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const State& state = home->state();
  MUSTER_TRY_ASSIGN(const RowN row, row_called(state.tables().holders, "holder", options.id));
  Json json = holder_json(state, row);
  MUSTER_TRY_ASSIGN(json["entries"], entries_of(*home, options.id));
  auto printer = context.printer();
  print_holder(printer, json);
  printer.json(json);
  return ExitCode::done;
}

}  // namespace

void add_holder_commands(CLI::App& app, Context& context) {
  CLI::App& holder =
      noun(app, "holder", "what holds chips: cartons, boards, trays, servers, racks");
  auto& shown = context.keep<HolderOptions>();
  add_verb(holder, "show", "what stands in one, and the statements that name it", context,
           [&] { return show_holder(context, shown); })
      .add_option("id", shown.id, "its id")
      ->required();
}

}  // namespace muster::cli
