// `roster show`: the chips of a Prover, or that fit otherwise, after an entry or in a window, with
// count, TPP and root.

#include "registry/roster.hpp"

#include <map>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/print/number.hpp"
#include "cli/roster_query.hpp"
#include "cli/row_json.hpp"
#include "registry/state_root.hpp"

namespace muster::cli {
namespace {

struct RosterOptions {
  RosterQuery query;
  bool chips = false;
};

/// One chip, whether it comes from a roster or from the frame of a window.
struct Line {
  ChipId chip;
  std::string site;
  std::string product;
  Json more;
};

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
  for (const auto& line : frame.lines) {
    lines.push_back(
        {line.chip,
         line.site,
         line.product.text(),
         {{"held_ms", line.held_ms}, {"left", line.left}, {"exit_read", line.exit_read}}});
  }
  return lines;
}

std::vector<Line> selected_lines(const std::vector<registry::Holding>& holdings,
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
  return selected_lines(holdings, window);
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

void print_lines(print::Printer& printer, const std::vector<Line>& lines) {
  print::Table table{
      .columns = {{"chip", print::Align::left, print::Overflow::keep}, {"product"}, {"site"}}};
  for (const Line& line : lines) {
    table.rows.push_back({line.chip.to_string(), line.product, line.site});
  }
  printer.raw("\n");
  printer.table(table);
}

/// What is counted, and how many of each.
struct Counts {
  std::map<std::string, std::uint64_t> sites{};
  std::map<std::string, std::uint64_t> products{};
  std::uint64_t held_ms = 0;
  std::optional<std::uint64_t> unread{};  ///< Left a Prover without an exit read.
};

Counts counts_of(const std::vector<Line>& lines) {
  Counts counts;
  for (const Line& line : lines) {
    ++counts.sites[line.site];
    ++counts.products[line.product];
    if (line.more.contains("held_ms")) counts.held_ms += line.more["held_ms"].get<std::uint64_t>();
    if (!line.more.contains("left")) continue;
    const bool unread = line.more["left"].get<bool>() && !line.more["exit_read"].get<bool>();
    counts.unread = counts.unread.value_or(0) + (unread ? 1 : 0);
  }
  return counts;
}

std::string words_of(const registry::Selection& selection) {
  const Json parts = registry::selection_json(selection);
  std::string words;
  for (const auto& part : parts.items()) {
    words += (words.empty() ? "" : ", ") + part.key() + " " + part.value().get<std::string>();
  }
  return words.empty() ? "every chip" : words;
}

Result<ExitCode> show_roster(Context& context, const RosterOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const RosterQuery& query = options.query;
  const registry::Selection selection = selection_of(query);
  MUSTER_TRY_ASSIGN(const auto window, window_of(query));
  MUSTER_TRY_ASSIGN(const registry::Index32 size, size_of(home->state(), query));
  MUSTER_TRY_ASSIGN(const auto lines, lines_of(*home, selection, window, size));
  const Counts counts = counts_of(lines);
  const auto items = items_of(home->state(), lines);
  const std::uint64_t tpp = registry::roster_tpp(items);
  const std::string root = registry::roster_root(items).to_hex();
  auto printer = context.printer();
  print::Facts facts{"",
                     {{"chips of", words_of(selection)},
                      {"after entry", std::to_string(size - 1)},
                      {"window", window ? query.window : "none: as of that entry"},
                      {"chips", print::grouped(std::uint64_t{lines.size()})},
                      {"TPP", print::grouped(tpp)},
                      {"root", root}}};
  if (window) facts.rows.emplace_back("chip-days", registry::chip_days(counts.held_ms));
  if (counts.unread) {
    facts.rows.emplace_back("left without an exit read", print::grouped(*counts.unread));
  }
  for (const auto& [site, count] : counts.sites) {
    facts.rows.emplace_back("at " + site, print::grouped(count));
  }
  printer.facts(facts);
  if (options.chips) print_lines(printer, lines);
  printer.json({{"party", text_or_null(query.party)},
                {"selection", registry::selection_json(selection)},
                {"entries", size},
                {"window", window ? Json(query.window) : Json(nullptr)},
                {"count", lines.size()},
                {"tpp", tpp},
                {"held_ms", window ? Json(counts.held_ms) : Json(nullptr)},
                {"left_unread", counts.unread ? Json(*counts.unread) : Json(nullptr)},
                {"chip_days", window ? Json(registry::chip_days(counts.held_ms)) : Json(nullptr)},
                {"root", root},
                {"sites", counts_json("site", counts.sites)},
                {"products", counts_json("product", counts.products)},
                {"chips", options.chips ? chips_json(lines) : Json(nullptr)}});
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
}

}  // namespace muster::cli
