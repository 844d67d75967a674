// `chip ids`, `list` and `show`: what the registry knows about chips.

#include <algorithm>
#include <optional>

#include "cli/chip_facts.hpp"
#include "cli/chip_json.hpp"
#include "cli/chip_names.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/print/number.hpp"
#include "cli/print/utf8.hpp"
#include "cli/row_json.hpp"
#include "ledger/base/csv.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

using registry::RowN;

struct IdsOptions {
  std::uint64_t block = 0;
  std::uint64_t first = 0;
  std::uint64_t count = 1;
  std::string file;
};

struct ListOptions {
  std::string party;
  std::string site;
  std::string product;
  std::string holder;
  std::string display;
  std::uint64_t limit = 1'000;
  std::string after;
};

struct ChipOptions {
  std::string chip;
};

constexpr std::uint64_t most_ids = 1'000'000;

Result<void> check_ids(const IdsOptions& options) {
  const bool in_block = options.block < ChipId::block_limit && options.first < ChipId::part_limit;
  if (!in_block || options.count == 0 || options.count > most_ids ||
      options.first + options.count > ChipId::part_limit) {
    return failure(Errc::invalid_input,
                   "chip ids: want a block below 2^48, 1 to 1,000,000 ids, ordinals below 2^40");
  }
  return {};
}

std::uint64_t random_part(Random& random) {
  std::array<std::uint8_t, 8> bytes{};
  random.fill(bytes);
  return read_u64be(bytes) % ChipId::part_limit;
}

/// Errors: `not_found` unless the block is reserved; `invalid_input` for ordinals beyond it.
Result<void> check_block(const registry::State& state, const IdsOptions& options) {
  const auto& blocks = state.tables().blocks;
  const std::string name = "chip ids: block " + std::to_string(options.block);
  const RowN row = state.find_block(options.block);
  if (row == registry::no_row || blocks[row].voided != registry::no_index) {
    return failure(Errc::not_found, name + ": not reserved; `muster chip reserve` reserves it");
  }
  if (options.first + options.count <= blocks[row].count) return {};
  return failure(Errc::invalid_input,
                 name + ": got ordinals " + std::to_string(options.first) + " to " +
                     std::to_string(options.first + options.count - 1) + ", want below " +
                     std::to_string(blocks[row].count) + ", as many as are reserved");
}

Result<ExitCode> make_ids(Context& context, const IdsOptions& options) {
  MUSTER_TRY(check_ids(options));
  // A maker's line may have no registry at hand.
  const bool checks = !context.options().registry.empty();
  if (checks) {
    MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
    MUSTER_TRY(check_block(home->state(), options));
  }
  std::string csv = "chip\n";
  Json list = Json::array();
  for (std::uint64_t i = 0; i < options.count; ++i) {
    const ChipId id = ChipId::from_parts({.block = options.block,
                                          .ordinal = options.first + i,
                                          .random = random_part(context.random())});
    csv += id.to_string() + "\n";
    list.push_back(id.to_string());
  }
  const bool writes = !options.file.empty() && !context.options().dry_run;
  if (writes) MUSTER_TRY(create_file(options.file, as_bytes(csv)));
  auto printer = context.printer();
  if (writes) {
    printer.facts({"", {{"ids", print::grouped(options.count)}, {"file", options.file}}});
  } else {
    printer.raw(csv);
  }
  if (!checks) printer.note("no registry was named: nobody looked whether the block is reserved");
  printer.json({{"block", options.block},
                {"count", options.count},
                {"checked", checks},
                {"file", writes ? Json(options.file) : Json(nullptr)},
                {"chips", writes ? Json(nullptr) : std::move(list)}});
  return ExitCode::done;
}

Result<ExitCode> show_chip(Context& context, const ChipOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const RowN row, chip_named(home->state(), options.chip));
  MUSTER_TRY_ASSIGN(const auto states, states_of(*home, row, home->state().size()));
  MUSTER_TRY_ASSIGN(const Json json, whole_chip_json(*home, row, states));
  auto printer = context.printer();
  print::Facts facts;
  for (const char* key :
       {"chip", "display", "product", "provenance", "custodian", "owner", "lessee", "site",
        "shipment", "holder", "slot", "licence", "life", "place", "transport", "assurance",
        "device_key_sha256", "last_statement"}) {
    const Json& value = json[key];
    facts.rows.emplace_back(key, value.is_null() ? std::string("-") : value.get<std::string>());
  }
  for (const Json& name : json["names"]) {
    const std::string text = name["name"].is_null() ? "-" : name["name"].get<std::string>();
    facts.rows.emplace_back(name["scheme"].get<std::string>(),
                            print::visible(text) + " (" + name["party"].get<std::string>() +
                                ", entry " + name["index"].dump() + ")");
  }
  facts.rows.emplace_back("flags", flags_text(json["flags"]));
  facts.rows.emplace_back("holds", json["holds"].dump());
  facts.rows.emplace_back("made by", "entry " + json["made_index"].dump());
  facts.rows.emplace_back("last moved by", "entry " + json["last_index"].dump());
  if (!json["disputed"].empty()) {
    facts.rows.emplace_back("disputed", "entries " + json["disputed"].dump());
  }
  printer.facts(facts);
  printer.json(json);
  return ExitCode::done;
}

/// Rows that the options name; `no_row` where they do not.
struct Filter {
  RowN party = registry::no_row;
  RowN site = registry::no_row;
  RowN product = registry::no_row;
  std::string display;
  std::optional<std::vector<RowN>> held{};  ///< Chips in a holder, rising; or any.

  [[nodiscard]] bool takes(const registry::State& state, RowN chip) const {
    const registry::ChipState& now = state.tables().chips[chip];
    const auto fits = [](RowN wanted, RowN found) {
      return wanted == registry::no_row || wanted == found;
    };
    return fits(party, now.custodian) && fits(site, now.site) &&
           fits(product, state.tables().identities[chip].product) &&
           (!held || std::ranges::binary_search(*held, chip)) &&
           (display.empty() || display == registry::name_of(state.display(chip)));
  }
};

/// Errors: `invalid_input` with all words unless `word` is what chips can be shown as.
Result<void> check_display(const std::string& word) {
  std::string words;
  for (unsigned n = 0; n <= static_cast<unsigned>(registry::Display::made); ++n) {
    const std::string one(registry::name_of(static_cast<registry::Display>(n)));
    if (word == one) return {};
    words += (words.empty() ? "\"" : ", \"") + one + "\"";
  }
  return failure(Errc::invalid_input, "--state: got \"" + word + "\", want one of " + words);
}

Result<Filter> filter_of(const registry::State& state, const ListOptions& options) {
  const auto& tables = state.tables();
  if (!options.display.empty()) MUSTER_TRY(check_display(options.display));
  Filter filter{.display = options.display};
  if (!options.party.empty()) {
    MUSTER_TRY_ASSIGN(filter.party, row_called(tables.parties, "party", options.party));
  }
  if (!options.site.empty()) {
    MUSTER_TRY_ASSIGN(filter.site, row_called(tables.sites, "site", options.site));
  }
  if (!options.product.empty()) {
    MUSTER_TRY_ASSIGN(filter.product, row_called(tables.products, "product", options.product));
  }
  if (!options.holder.empty()) {
    MUSTER_TRY_ASSIGN(const RowN holder, row_called(tables.holders, "holder", options.holder));
    filter.held = state.contents(holder);
  }
  return filter;
}

Result<ExitCode> list_chips(Context& context, const ListOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const registry::State& state = home->state();
  const auto& tables = state.tables();
  MUSTER_TRY_ASSIGN(const Filter filter, filter_of(state, options));
  RowN next = 0;
  if (!options.after.empty()) {
    MUSTER_TRY_ASSIGN(const RowN after, chip_row(state, options.after));
    next = after + 1;
  }
  auto printer = context.printer();
  print::Table table{.columns = {{"chip", print::Align::left, print::Overflow::keep},
                                 {"product"},
                                 {"custodian"},
                                 {"site"},
                                 {"state"}}};
  std::uint64_t listed = 0;
  for (; next < tables.chips.size() && listed < options.limit; ++next) {
    if (!filter.takes(state, next)) continue;
    ++listed;
    printer.json_line(chip_row_json(state, next));
    if (printer.mode() != print::Mode::text) continue;
    table.rows.push_back({state.chip_id(next).to_string(),
                          tables.products[tables.identities[next].product].id,
                          id_or_dash(tables.parties, tables.chips[next].custodian),
                          id_or_dash(tables.sites, tables.chips[next].site),
                          std::string(registry::name_of(state.display(next)))});
  }
  printer.table(table);
  if (listed == options.limit && next < tables.chips.size()) {
    printer.note("there may be more: --limit N, or --after with the last id");
  }
  return ExitCode::done;
}

void add_list(CLI::App& chip, Context& context) {
  auto& options = context.keep<ListOptions>();
  CLI::App& verb = add_verb(chip, "list", "chips in order of registration", context,
                            [&] { return list_chips(context, options); });
  verb.add_option("--party", options.party, "in this party's custody");
  verb.add_option("--site", options.site, "at this site");
  verb.add_option("--product", options.product, "of this product");
  verb.add_option("--holder", options.holder,
                  "in this carton, board, tray, server or rack, or in what stands in it");
  verb.add_option("--state", options.display,
                  "in this state: a word of chip show's display, such as \"in stock\"");
  verb.add_option("--limit", options.limit, "at most so many");
  verb.add_option("--after", options.after, "those after this chip");
}

}  // namespace

void add_chip_commands(CLI::App& app, Context& context) {
  CLI::App& chip = noun(app, "chip", "chips: events and facts");
  add_list(chip, context);
  auto& shown = context.keep<ChipOptions>();
  add_verb(chip, "show", "all that is known of one chip", context,
           [&] { return show_chip(context, shown); })
      .add_option("chip", shown.chip, "its id, or another name of it: see chip find")
      ->required();
  auto& ids = context.keep<IdsOptions>();
  CLI::App& ids_verb = add_verb(chip, "ids", "make ids within a reserved block", context,
                                [&] { return make_ids(context, ids); });
  ids_verb.add_option("--block", ids.block, "number of the block")->required();
  ids_verb.add_option("--count", ids.count, "how many");
  ids_verb.add_option("--first", ids.first, "ordinal of the first");
  ids_verb.add_option("--out", ids.file, "a new CSV file; else print");
}

}  // namespace muster::cli
