// `chip find`: which chip a serial number, a key or another mark names, and who says so.

#include <algorithm>

#include "cli/chip_names.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/print/utf8.hpp"
#include "cli/row_json.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

using registry::RowN;

struct FindOptions {
  std::vector<std::string> names;
  std::string maker;
  std::string list;
};

Json found_json(const registry::State& state, const FoundChip& found) {
  const auto& tables = state.tables();
  const RowN product = tables.identities[found.chip].product;
  Json by = nullptr;
  if (found.index != registry::no_index) {
    by = state.party_name(tables.statements[found.index].party);
  }
  return {{"chip", state.chip_id(found.chip).to_string()},
          {"by", found.by},
          {"index", index_or_null(found.index)},
          {"said_by", std::move(by)},
          {"product", tables.products[product].id},
          {"maker", state.party_name(tables.products[product].designer)},
          {"display", registry::name_of(state.display(found.chip))}};
}

void print_found(print::Printer& printer, const std::string& name, const Json& json) {
  if (json["chips"].empty()) {
    const Json& known = json["known_only"];
    printer.paragraph("NOT REGISTERED: " + print::visible(name) +
                          (known.is_null() ? "" : ": " + known.get<std::string>()),
                      print::Tone::bad);
    return;
  }
  print::Table table{.caption = name,
                     .columns = {{"chip", print::Align::left, print::Overflow::keep},
                                 {"found by"},
                                 {"said by"},
                                 {"maker"},
                                 {"product"},
                                 {"state"}}};
  for (const Json& one : json["chips"]) {
    const auto text = [&](const char* key) {
      return one[key].is_null() ? std::string("-") : one[key].get<std::string>();
    };
    const std::string where = one["index"].is_null() ? "" : ", entry " + one["index"].dump();
    table.rows.push_back({text("chip"), text("by"), text("said_by") + where, text("maker"),
                          text("product"), text("display")});
  }
  printer.table(table);
}

/// Errors: `invalid_input` for what no mark of a chip is.
Result<void> check_name(const std::string& name) {
  const auto is_odd = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (name.empty()) return failure(Errc::invalid_input, "chip find: got an empty name");
  if (std::any_of(name.begin(), name.end(), is_odd)) {
    return failure(Errc::invalid_input, "chip find: a name has a control character");
  }
  return {};
}

Result<ExitCode> find_chips(Context& context, const FindOptions& options) {
  for (const std::string& name : options.names) MUSTER_TRY(check_name(name));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const registry::State& state = home->state();
  exchange::Resolver list(state.origin());
  if (!options.list.empty()) {
    MUSTER_TRY_ASSIGN(const std::string csv, read_text_file(options.list));
    MUSTER_TRY(list.read_list(csv, options.list));
  }
  RowN maker = registry::no_row;
  if (!options.maker.empty()) {
    MUSTER_TRY_ASSIGN(maker, row_called(state.tables().parties, "party", options.maker));
  }
  auto printer = context.printer();
  ExitCode code = ExitCode::done;
  for (const std::string& name : options.names) {
    const FoundName found = find_name(state, list, name);
    Json chips = Json::array();
    for (const FoundChip& one : found.chips) {
      const RowN product = state.tables().identities[one.chip].product;
      const bool fits =
          maker == registry::no_row || state.tables().products[product].designer == maker;
      if (fits) chips.push_back(found_json(state, one));
    }
    if (chips.size() != 1) code = ExitCode::negative;
    const Json json{{"name", name},
                    {"chips", std::move(chips)},
                    {"known_only", text_or_null(found.known_only)}};
    print_found(printer, name, json);
    printer.json_line(json);
  }
  printer.note(
      "a name is what a statement says of a chip; it does not show that the thing at hand "
      "is that chip");
  return code;
}

}  // namespace

void add_chip_find_command(CLI::App& app, Context& context) {
  auto& options = context.keep<FindOptions>();
  CLI::App& verb = add_verb(noun(app, "chip", "chips: events and facts"), "find",
                            "which chip a serial, key, GS1 key or other mark names", context,
                            [&] { return find_chips(context, options); });
  verb.add_option("name", options.names,
                  "a serial, ECID, GS1 key as URN or URI, mark, id or SHA-256 of a device key; "
                  "serial:, ecid: or mark: before it says which")
      ->required();
  verb.add_option("--maker", options.maker, "chips of this designer only");
  verb.add_option("--aliases", options.list,
                  "CSV uri,space,id: what else a list names, by the word of the list");
}

}  // namespace muster::cli
