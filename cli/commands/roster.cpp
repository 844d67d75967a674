// `roster show`: the chips of a Prover, or that fit otherwise, after an entry or in a window, with
// count, TPP and root.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/print/number.hpp"
#include "cli/roster_report.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

struct RosterOptions {
  RosterQuery query;
  RosterWish wish;
};

/// Those that are not there any more, with what took them away and whether their log was read.
void print_left(print::Printer& printer, const registry::State& state,
                const std::vector<RosterLine>& lines) {
  print::Table table{.columns = {{"left", print::Align::left, print::Overflow::keep},
                                 {"product"},
                                 {"last at"},
                                 {"with entry"},
                                 {"exit read"}}};
  for (const RosterLine& line : lines) {
    const registry::Index32 index = line.window->left_index;
    table.rows.push_back({line.chip.to_string(), line.product, line.site,
                          index == registry::no_index ? "-"
                                                      : std::to_string(index) + ", " +
                                                            state.tables().statements[index].kind,
                          line.window->exit_read ? "yes" : "no"});
  }
  printer.raw("\n");
  printer.table(table);
}

/// With whose the chips are where the question was who may use them.
void print_lines(print::Printer& printer, const std::vector<RosterLine>& lines, bool of_tenant) {
  print::Table table{
      .columns = {{"chip", print::Align::left, print::Overflow::keep}, {"product"}, {"site"}}};
  if (of_tenant) {
    table.columns.push_back({.title = "tenant"});
    table.columns.push_back({.title = "custodian"});
  }
  for (const RosterLine& line : lines) {
    std::vector<print::Cell> row{line.chip.to_string(), line.product, line.site};
    if (of_tenant) {
      row.emplace_back(line.whose->tenant);
      row.emplace_back(line.whose->custodian);
    }
    table.rows.push_back(std::move(row));
  }
  printer.raw("\n");
  printer.table(table);
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

/// What the tenant may use beside the chips that leases name.
void print_pools(print::Printer& printer, const std::vector<LeasePool>& pools) {
  for (const LeasePool& pool : pools) {
    printer.paragraph("and " + print::grouped(pool.chips) + " chips of " + pool.lessor +
                      "'s pool by capacity lease " + pool.lease + " (" +
                      print::grouped(pool.capacity) + " units, " + day_of(pool.from) + ".." +
                      day_of(pool.to) + "): all of them are in the tenant's frame");
  }
}

Result<ExitCode> show_roster(Context& context, const RosterOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const RosterQuery& query = options.query;
  const registry::Selection selection = selection_of(query);
  MUSTER_TRY_ASSIGN(const auto window, window_of(query));
  MUSTER_TRY_ASSIGN(const RosterReport report, roster_report(*home, query, options.wish));
  const auto& [lines, counts, pools, size, tpp, root, json] = report;
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
  printer.facts(facts);
  print_pools(printer, pools);
  if (options.wish.chips) print_lines(printer, lines, of_tenant);
  if (options.wish.left) print_left(printer, home->state(), left_of(lines));
  printer.json(json);
  return ExitCode::done;
}

}  // namespace

void add_roster_commands(CLI::App& app, Context& context) {
  CLI::App& roster = noun(app, "roster", "who has which chips");
  auto& options = context.keep<RosterOptions>();
  CLI::App& verb = add_verb(roster, "show", "chips that fit: counts, TPP, root", context,
                            [&] { return show_roster(context, options); });
  add_roster_query(verb, options.query);
  verb.add_flag("--chips", options.wish.chips, "list every chip");
  verb.add_flag("--left", options.wish.left,
                "list those of the window that are not there any more");
}

}  // namespace muster::cli
