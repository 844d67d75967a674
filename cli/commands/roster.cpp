// `roster show`: the chips of a Prover, or that fit otherwise, after an entry or in a window, with
// count, TPP and root.

#include "registry/roster.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/lease_pools.hpp"
#include "cli/print/number.hpp"
#include "cli/roster_query.hpp"
#include "cli/row_json.hpp"
#include "registry/state_root.hpp"

namespace muster::cli {
namespace {

using registry::RowN;

struct RosterOptions {
  RosterQuery query;
  bool chips = false;
  bool left = false;
};

/// One chip, whether it comes from a roster or from the frame of a window.
struct Line {
  ChipId chip;
  std::string site;
  std::string product;
  Json more;
};

/// The entry with which each chip last went out of the party's custody, as the first `size` tell
/// it.
std::map<RowN, registry::Index32> last_exits(const registry::State& state, const PartyId& party,
                                             registry::Index32 size) {
  std::map<RowN, registry::Index32> exits;
  for (const RowN n : state.custody_of(state.tables().parties.find(party.text()))) {
    const registry::Custody& row = state.tables().custody[n];
    if (row.to_index >= size) continue;
    registry::Index32& last = exits[row.chip];
    last = std::max(last, row.to_index);
  }
  return exits;
}

/// Whether the chip is there no more, and with which entry it went, where one says so.
void add_left(const registry::State& state, bool left, registry::Index32 index, Json& more) {
  const bool known = left && index != registry::no_index;
  more["left"] = left;
  more["left_index"] = known ? Json(index) : Json(nullptr);
  more["left_kind"] = known ? Json(state.tables().statements[index].kind) : Json(nullptr);
}

/// Of a Prover alone: what its freezes and the state commitments count.
Result<std::vector<Line>> prover_lines(const registry::State& state, const PartyId& party,
                                       const std::optional<Window>& window,
                                       registry::Index32 size) {
  std::vector<Line> lines;
  if (!window) {
    MUSTER_TRY_ASSIGN(const auto roster, registry::roster(state, party, size));
    for (const auto& line : roster.lines) {
      lines.push_back({line.chip,
                       line.site,
                       line.product.text(),
                       {{"state", registry::name_of(line.display)}}});
    }
    return lines;
  }
  MUSTER_TRY_ASSIGN(const auto frame, registry::frame(state, party, *window, size));
  const auto exits = last_exits(state, party, size);
  for (const auto& line : frame.lines) {
    const auto gone = exits.find(state.find_chip(line.chip));
    Json more{{"held_ms", line.held_ms}, {"exit_read", line.exit_read}};
    add_left(state, line.left, gone == exits.end() ? registry::no_index : gone->second, more);
    lines.push_back({line.chip, line.site, line.product.text(), std::move(more)});
  }
  return lines;
}

std::vector<Line> selected_lines(const registry::State& state,
                                 const std::vector<registry::Holding>& holdings,
                                 const std::optional<Window>& window) {
  std::vector<Line> lines;
  lines.reserve(holdings.size());
  for (const registry::Holding& held : holdings) {
    Json more{{"custodian", held.custodian},
              {"owner", text_or_null(held.owner)},
              {"tenant", text_or_null(held.tenant)}};
    if (window) {
      more["held_ms"] = held.held_ms;
      more["exit_read"] = held.exit_read;
      add_left(state, held.left != registry::no_index, held.left, more);
    }
    lines.push_back({held.chip, held.site, held.product, std::move(more)});
  }
  return lines;
}

Result<std::vector<Line>> lines_of(Home& home, const registry::Selection& selection,
                                   const std::optional<Window>& window, registry::Index32 size) {
  if (selection.custodian && selection == registry::Selection{.custodian = selection.custodian}) {
    MUSTER_TRY_ASSIGN(const PartyId party, PartyId::parse(*selection.custodian));
    return prover_lines(home.state(), party, window, size);
  }
  MUSTER_TRY_ASSIGN(const auto holdings, holdings_of(home, selection, window, size));
  return selected_lines(home.state(), holdings, window);
}

/// What a state commitment has of each line.
std::vector<registry::RosterItem> items_of(const registry::State& state,
                                           const std::vector<Line>& lines) {
  const auto& products = state.tables().products;
  std::vector<registry::RosterItem> items;
  items.reserve(lines.size());
  for (const Line& line : lines) {
    items.push_back({line.chip, products[products.find(line.product)].tpp});
  }
  return items;
}

Json counts_json(const char* name, const std::map<std::string, std::uint64_t>& counts) {
  Json list = Json::array();
  for (const auto& [key, count] : counts) list.push_back({{name, key}, {"chips", count}});
  return list;
}

Json chips_json(const std::vector<Line>& lines) {
  Json list = Json::array();
  for (const Line& line : lines) {
    Json chip = line.more;
    chip["chip"] = line.chip.to_string();
    chip["site"] = line.site;
    chip["product"] = line.product;
    list.push_back(std::move(chip));
  }
  return list;
}

bool has_left(const Line& line) {
  const auto left = line.more.find("left");
  return left != line.more.end() && left->get<bool>();
}

/// Those that are not there any more, with what took them away and whether their log was read.
void print_left(print::Printer& printer, const std::vector<Line>& lines) {
  print::Table table{.columns = {{"left", print::Align::left, print::Overflow::keep},
                                 {"product"},
                                 {"last at"},
                                 {"with entry"},
                                 {"exit read"}}};
  for (const Line& line : lines) {
    const Json& index = line.more["left_index"];
    const Json& kind = line.more["left_kind"];
    table.rows.push_back({line.chip.to_string(), line.product, line.site,
                          index.is_null() ? "-" : index.dump() + ", " + kind.get<std::string>(),
                          line.more["exit_read"].get<bool>() ? "yes" : "no"});
  }
  printer.raw("\n");
  printer.table(table);
}

/// With whose the chips are where the question was who may use them.
void print_lines(print::Printer& printer, const std::vector<Line>& lines, bool of_tenant) {
  print::Table table{
      .columns = {{"chip", print::Align::left, print::Overflow::keep}, {"product"}, {"site"}}};
  for (const char* whose : {"tenant", "custodian"}) {
    if (of_tenant) table.columns.push_back({.title = whose});
  }
  for (const Line& line : lines) {
    std::vector<print::Cell> row{line.chip.to_string(), line.product, line.site};
    for (const char* whose : {"tenant", "custodian"}) {
      if (of_tenant) row.emplace_back(line.more[whose].get<std::string>());
    }
    table.rows.push_back(std::move(row));
  }
  printer.raw("\n");
  printer.table(table);
}

/// What is counted, and how many of each.
struct Counts {
  std::map<std::string, std::uint64_t> sites{};
  std::map<std::string, std::uint64_t> products{};
  std::uint64_t held_ms = 0;
  std::optional<std::uint64_t> left{};    ///< Of a window: not there any more.
  std::optional<std::uint64_t> unread{};  ///< Of these: without an exit read.
};

Counts counts_of(const std::vector<Line>& lines) {
  Counts counts;
  for (const Line& line : lines) {
    ++counts.sites[line.site];
    ++counts.products[line.product];
    if (line.more.contains("held_ms")) counts.held_ms += line.more["held_ms"].get<std::uint64_t>();
    if (!line.more.contains("left")) continue;
    const bool left = has_left(line);
    const bool unread = left && !line.more["exit_read"].get<bool>();
    counts.left = counts.left.value_or(0) + (left ? 1 : 0);
    counts.unread = counts.unread.value_or(0) + (unread ? 1 : 0);
  }
  return counts;
}

/// The frame of a Prover alone has what is leased to it, too.
std::string words_of(const registry::Selection& selection, bool in_window) {
  if (in_window && selection == registry::Selection{.custodian = selection.custodian}) {
    if (selection.custodian) return "custodian or tenant " + *selection.custodian;
  }
  const Json parts = registry::selection_json(selection);
  std::string words;
  for (const auto& part : parts.items()) {
    words += (words.empty() ? "" : ", ") + part.key() + " " + part.value().get<std::string>();
  }
  return words.empty() ? "every chip" : words;
}

Json pools_json(const std::vector<LeasePool>& pools) {
  Json list = Json::array();
  for (const LeasePool& pool : pools) {
    list.push_back({{"lease", pool.lease},
                    {"lessor", pool.lessor},
                    {"capacity", pool.capacity},
                    {"chips", pool.chips},
                    {"from", pool.from.to_string()},
                    {"to", pool.to.to_string()}});
  }
  return list;
}

/// What the tenant may use beside the chips that leases name.
void print_pools(print::Printer& printer, const std::vector<LeasePool>& pools) {
  for (const LeasePool& pool : pools) {
    printer.paragraph("and " + print::grouped(pool.chips) + " chips of " + pool.lessor +
                      "'s pool by capacity lease " + pool.lease + " (" +
                      print::grouped(pool.capacity) + " units, " + day_of(pool.from) + ".." +
                      day_of(pool.to) + "): all of them are in the tenant's frame");
  }
}

Json count_or_null(const std::optional<std::uint64_t>& count) {
  return count ? Json(*count) : Json(nullptr);
}

Result<ExitCode> show_roster(Context& context, const RosterOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const RosterQuery& query = options.query;
  const registry::Selection selection = selection_of(query);
  MUSTER_TRY_ASSIGN(const auto window, window_of(query));
  if (options.left && !window) {
    return failure(Errc::invalid_input, "--left: wants --window, of which chips can have left");
  }
  MUSTER_TRY_ASSIGN(const registry::Index32 size, size_of(home->state(), query));
  MUSTER_TRY_ASSIGN(const auto lines, lines_of(*home, selection, window, size));
  const Counts counts = counts_of(lines);
  const auto items = items_of(home->state(), lines);
  const std::uint64_t tpp = registry::roster_tpp(items);
  const std::string root = registry::roster_root(items).to_hex();
  auto printer = context.printer();
  print::Facts facts{"",
                     {{"chips of", words_of(selection, window.has_value())},
                      {"after entry", std::to_string(size - 1)},
                      {"window", window ? query.window : "none: as of that entry"},
                      {"chips", print::grouped(std::uint64_t{lines.size()})},
                      {"TPP", print::grouped(tpp)},
                      {"root", root}}};
  if (window) facts.rows.emplace_back("chip-days", registry::chip_days(counts.held_ms));
  if (counts.left) facts.rows.emplace_back("left since", print::grouped(*counts.left));
  if (counts.unread) {
    facts.rows.emplace_back("left without an exit read", print::grouped(*counts.unread));
  }
  for (const auto& [site, count] : counts.sites) {
    facts.rows.emplace_back("at " + site, print::grouped(count));
  }
  const bool of_tenant = selection.tenant.has_value();
  const auto pools =
      lease_pools(home->state(), selection.tenant.value_or(std::string()), window, size);
  printer.facts(facts);
  print_pools(printer, pools);
  if (options.chips) print_lines(printer, lines, of_tenant);
  std::vector<Line> left;
  if (options.left) std::ranges::copy_if(lines, std::back_inserter(left), has_left);
  if (options.left) print_left(printer, left);
  printer.json({{"party", text_or_null(query.party)},
                {"selection", registry::selection_json(selection)},
                {"entries", size},
                {"window", window ? Json(query.window) : Json(nullptr)},
                {"count", lines.size()},
                {"tpp", tpp},
                {"held_ms", window ? Json(counts.held_ms) : Json(nullptr)},
                {"left", count_or_null(counts.left)},
                {"left_unread", count_or_null(counts.unread)},
                {"chip_days", window ? Json(registry::chip_days(counts.held_ms)) : Json(nullptr)},
                {"root", root},
                {"sites", counts_json("site", counts.sites)},
                {"products", counts_json("product", counts.products)},
                {"capacity_leases", of_tenant ? pools_json(pools) : Json(nullptr)},
                {"chips", options.chips ? chips_json(lines) : Json(nullptr)},
                {"left_chips", options.left ? chips_json(left) : Json(nullptr)}});
  return ExitCode::done;
}

}  // namespace

void add_roster_commands(CLI::App& app, Context& context) {
  CLI::App& roster = noun(app, "roster", "who has which chips");
  auto& options = context.keep<RosterOptions>();
  CLI::App& verb = add_verb(roster, "show", "chips that fit: counts, TPP, root", context,
                            [&] { return show_roster(context, options); });
  add_roster_query(verb, options.query);
  verb.add_flag("--chips", options.chips, "list every chip");
  verb.add_flag("--left", options.left, "list those of the window that are not there any more");
}

}  // namespace muster::cli
