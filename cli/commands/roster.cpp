// `roster show`: the chips of a Prover after an entry, or in a window, with count, TPP and root.

#include "registry/roster.hpp"

#include <charconv>
#include <map>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/print/number.hpp"
#include "registry/state_root.hpp"

namespace muster::cli {
namespace {

struct RosterOptions {
  std::string party;
  std::string window;
  std::string index;
  bool chips = false;
};

/// One chip, whether it comes from a roster or from the frame of a window.
struct Line {
  ChipId chip;
  std::string site;
  std::string product;
  Json more;
};

Result<Window> window_of(const std::string& text) {
  const auto dots = text.find("..");
  if (dots == std::string::npos) {
    return failure(Errc::invalid_input, "--window: got \"" + text + "\", want FROM..TO");
  }
  auto from = Timestamp::parse_day_or_instant(text.substr(0, dots));
  if (!from) return failure(std::move(from.error()).during("--window"));
  auto to = Timestamp::parse_day_or_instant(text.substr(dots + 2));
  if (!to) return failure(std::move(to.error()).during("--window"));
  if (*from < *to) return Window{*from, *to};
  return failure(Errc::invalid_input, "--window: got an end that is not after its beginning");
}

Result<registry::Index32> size_of(const registry::State& state, const std::string& text) {
  if (text.empty()) return state.size();
  std::uint64_t index = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (problem != std::errc() || end != text.data() + text.size() || index >= state.size()) {
    return failure(Errc::invalid_input, "--index: got \"" + text + "\", want an entry below " +
                                            std::to_string(state.size()));
  }
  return static_cast<registry::Index32>(index + 1);
}

Result<std::vector<Line>> lines_of(const registry::State& state, const PartyId& party,
                                   const RosterOptions& options, registry::Index32 size) {
  std::vector<Line> lines;
  if (options.window.empty()) {
    MUSTER_TRY_ASSIGN(const auto roster, registry::roster(state, party, size));
    for (const auto& line : roster.lines) {
      lines.push_back({line.chip,
                       line.site,
                       line.product.text(),
                       {{"state", registry::name_of(line.display)}}});
    }
    return lines;
  }
  MUSTER_TRY_ASSIGN(const Window window, window_of(options.window));
  MUSTER_TRY_ASSIGN(const auto frame, registry::frame(state, party, window, size));
  for (const auto& line : frame.lines) {
    lines.push_back({line.chip,
                     line.site,
                     line.product.text(),
                     {{"held_ms", line.held_ms}, {"exit_read", line.exit_read}}});
  }
  return lines;
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

Result<ExitCode> show_roster(Context& context, const RosterOptions& options) {
  MUSTER_TRY_ASSIGN(const PartyId party, PartyId::parse(options.party));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const registry::State& state = home->state();
  MUSTER_TRY_ASSIGN(const registry::Index32 size, size_of(state, options.index));
  MUSTER_TRY_ASSIGN(const auto lines, lines_of(state, party, options, size));
  std::map<std::string, std::uint64_t> sites;
  std::map<std::string, std::uint64_t> products;
  for (const Line& line : lines) {
    ++sites[line.site];
    ++products[line.product];
  }
  const auto items = items_of(state, lines);
  const std::uint64_t tpp = registry::roster_tpp(items);
  const std::string root = registry::roster_root(items).to_hex();
  auto printer = context.printer();
  print::Facts facts{
      "",
      {{"party", party.text()},
       {"after entry", std::to_string(size - 1)},
       {"window", options.window.empty() ? "none: as of that entry" : options.window},
       {"chips", print::grouped(std::uint64_t{lines.size()})},
       {"TPP", print::grouped(tpp)},
       {"root", root}}};
  for (const auto& [site, count] : sites)
    facts.rows.emplace_back("at " + site, print::grouped(count));
  printer.facts(facts);
  if (options.chips) print_lines(printer, lines);
  printer.json({{"party", party.text()},
                {"entries", size},
                {"window", options.window.empty() ? Json(nullptr) : Json(options.window)},
                {"count", lines.size()},
                {"tpp", tpp},
                {"root", root},
                {"sites", counts_json("site", sites)},
                {"products", counts_json("product", products)},
                {"chips", options.chips ? chips_json(lines) : Json(nullptr)}});
  return ExitCode::done;
}

}  // namespace

void add_roster_commands(CLI::App& app, Context& context) {
  CLI::App& roster = noun(app, "roster", "who has which chips");
  auto& options = context.keep<RosterOptions>();
  CLI::App& verb = add_verb(roster, "show", "a party's chips: counts, TPP, root", context,
                            [&] { return show_roster(context, options); });
  verb.add_option("party", options.party, "party id")->required();
  verb.add_option("--window", options.window, "all held at any moment of FROM..TO");
  verb.add_option("--index", options.index, "as known after this entry");
  verb.add_flag("--chips", options.chips, "list every chip");
}

}  // namespace muster::cli
