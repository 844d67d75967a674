// `inventory take`: what was found, held to the book, and filed as an inventory; `inventory list`
// and `show`: the newest of each area.

#include "cli/chip_names.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/outcome.hpp"
#include "cli/print/number.hpp"
#include "cli/record_json.hpp"
#include "cli/row_json.hpp"
#include "cli/statement_author.hpp"
#include "registry/inventory_claim.hpp"

namespace muster::cli {
namespace {

using registry::InventoryClaim;
using registry::RowN;
using registry::State;

struct InventoryOptions {
  StatementAuthor author;
  std::string site;
  std::string found;
  Keepsakes keep;
};

Result<registry::BookScope> scope_of(const State& state, const InventoryOptions& options) {
  registry::BookScope scope;
  MUSTER_TRY_ASSIGN(scope.party, row_called(state.tables().parties, "party", options.author.org));
  if (options.site.empty()) return scope;
  MUSTER_TRY_ASSIGN(scope.site, row_called(state.tables().sites, "site", options.site));
  return scope;
}

/// The chips that were found: each is registered, or it is no chip that a book could have.
Result<std::vector<RowN>> found_rows(const State& state, const std::string& text) {
  MUSTER_TRY_ASSIGN(const auto chips,
                    chip_list(text, {}, chip_reader(state), "--found", EmptyTable::taken));
  std::vector<RowN> rows;
  rows.reserve(chips.size());
  for (const registry::StatementChip& one : chips) {
    rows.push_back(state.find_chip(one.chip));
    if (rows.back() != registry::no_row) continue;
    return failure(Errc::not_found, "--found: chip " + one.chip.to_string() +
                                        ": not registered; what turned up without a chip of the "
                                        "register is reported by case open");
  }
  return rows;
}

Json ids_json(const State& state, const std::vector<RowN>& chips) {
  Json list = Json::array();
  for (const RowN chip : chips) list.push_back(state.chip_id(chip).to_string());
  return list;
}

Json claim_json(const State& state, const InventoryClaim& claim, const std::string& site) {
  Json body{{"entries", claim.entries},    {"count", claim.count}, {"tpp", claim.tpp},
            {"root", claim.root.to_hex()}, {"added", claim.added}, {"removed", claim.removed}};
  if (!site.empty()) body["site"] = site;
  if (claim.previous) body["previous"] = claim.previous->to_hex();
  if (!claim.missing.empty()) body["missing"] = ids_json(state, claim.missing);
  if (!claim.over.empty()) body["over"] = ids_json(state, claim.over);
  return body;
}

void print_claim(Context& context, const State& state, const InventoryClaim& claim) {
  auto printer = context.printer();
  const std::uint64_t book = claim.count + claim.missing.size() - claim.over.size();
  printer.facts({"",
                 {{"on the book", print::grouped(book)},
                  {"found", print::grouped(claim.count)},
                  {"TPP", print::grouped(claim.tpp)},
                  {"came since the inventory before", print::grouped(claim.added)},
                  {"left since", print::grouped(claim.removed)}}});
  for (const RowN chip : claim.missing) {
    printer.paragraph("not found: " + state.chip_id(chip).to_string(), print::Tone::bad);
  }
  for (const RowN chip : claim.over) {
    printer.paragraph("not on the book: " + state.chip_id(chip).to_string() + ", in custody of " +
                          state.party_name(state.tables().chips[chip].custodian),
                      print::Tone::bad);
  }
}

Result<ExitCode> take_inventory(Context& context, const InventoryOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  const State& state = home->state();
  MUSTER_TRY_ASSIGN(const registry::BookScope scope, scope_of(state, options));
  MUSTER_TRY_ASSIGN(auto found, found_rows(state, options.found));
  const InventoryClaim claim = registry::inventory_claim(state, scope, std::move(found));
  const registry::Draft draft{.kind = "inventory",
                              .body = claim_json(state, claim, options.site),
                              .event_time = clock->now()};
  MUSTER_TRY_ASSIGN(const auto submission, next_statement(context, state, options.author, draft));
  print_claim(context, state, claim);
  return submit(context, *home, submission, options.keep);
}

Result<ExitCode> list_inventories(Context& context) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto& tables = home->state().tables();
  print::Table table{.columns = {print::id_column("party"),
                                 {"site"},
                                 print::number_column("found"),
                                 print::number_column("TPP"),
                                 print::number_column("not found"),
                                 print::number_column("not on the book"),
                                 print::number_column("entry")}};
  Json list = Json::array();
  for (const registry::Inventory& one : tables.inventories.rows()) {
    table.rows.push_back({id_or_dash(tables.parties, one.party), id_or_dash(tables.sites, one.site),
                          print::grouped(one.count), print::grouped(one.tpp),
                          print::grouped(one.missing), print::grouped(one.over),
                          std::to_string(one.index)});
    list.push_back(inventory_json(home->state(), one));
  }
  auto printer = context.printer();
  printer.table(table);
  printer.json({{"inventories", std::move(list)}});
  return ExitCode::done;
}

struct InventoryArea {
  std::string party;
  std::string site;
};

Result<ExitCode> show_inventory(Context& context, const InventoryArea& area) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto& inventories = home->state().tables().inventories;
  const RowN row = inventories.find(area.party + "/" + area.site);
  if (row == registry::no_row) {
    return failure(Errc::not_found, "no inventory of " + area.party +
                                        (area.site.empty() ? "" : " at " + area.site) +
                                        " was filed; `muster inventory list` has all");
  }
  const Json json = whole_inventory_json(home->state(), inventories[row]);
  auto printer = context.printer();
  printer.facts({"",
                 {{"party", value_text(json["party"])},
                  {"site", value_text(json["site"])},
                  {"of the book after entries", value_text(json["entries"])},
                  {"found", print::grouped(inventories[row].count)},
                  {"TPP", print::grouped(inventories[row].tpp)},
                  {"not on the book", print::grouped(inventories[row].over)},
                  {"root", value_text(json["root"])},
                  {"entry", value_text(json["index"])}}});
  print::Table table{.columns = {print::whole_id_column("not found"), {"shown by entry"}}};
  for (const Json& one : json["not_found"]) {
    table.rows.push_back({value_text(one["chip"]), value_text(one["shown"])});
  }
  printer.table(table);
  printer.json(json);
  return ExitCode::done;
}

void add_inventory_reads(CLI::App& inventory, Context& context) {
  add_verb(inventory, "list", "the newest inventory of each area of a party", context,
           [&context] { return list_inventories(context); });
  auto& area = context.keep<InventoryArea>();
  CLI::App& shown = add_verb(inventory, "show", "the newest one, with the chips that it missed",
                             context, [&] { return show_inventory(context, area); });
  shown.add_option("party", area.party, "whose book it is")->required();
  shown.add_option("--site", area.site, "of this site alone");
}

}  // namespace

void add_inventory_commands(CLI::App& app, Context& context) {
  CLI::App& inventory = noun(app, "inventory", "inventory events and facts");
  auto& options = context.keep<InventoryOptions>();
  CLI::App& verb = add_verb(inventory, "take", "hold what was found to the book, and file it",
                            context, [&] { return take_inventory(context, options); });
  add_author_options(verb, options.author, "the party whose book it is");
  verb.add_option("--found", options.found,
                  "ids or names separated by commas, or @FILE (CSV or NDJSON)")
      ->required();
  verb.add_option("--site", options.site, "of this site alone");
  add_keepsake_options(verb, options.keep);
  add_inventory_reads(inventory, context);
}

}  // namespace muster::cli
