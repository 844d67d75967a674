// `prover due`: what a Prover owes by when, and what it has to keep for how long.

#include <algorithm>
#include <map>

#include "cli/audit/committed_plan.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/print/number.hpp"
#include "cli/row_json.hpp"
#include "registry/balance/clock_watch.hpp"
#include "registry/roster.hpp"
#include "sampler/stats/decimal.hpp"

namespace muster::cli {
namespace {

using registry::RowN;
using registry::State;

struct ProverDueOptions {
  std::string party;
  std::string rate = "0.1";
  std::uint64_t keep_days = 210;
  std::string price = "0.05";
};

/// Lines of opened sites that wait for an answer about chips that the party has or leases.
std::vector<std::pair<std::string, std::uint64_t>> waiting_lines(const State& state, RowN party,
                                                                 Timestamp now) {
  const auto& tables = state.tables();
  const auto held =
      registry::frame_chips(state, party, {.from = now, .to = {now.ms + 1}}, state.size());
  std::map<std::string, std::uint64_t> sites;
  for (const registry::Line& line : tables.lines.rows()) {
    if (line.answered == registry::no_index && std::ranges::binary_search(held, line.chip)) {
      ++sites[tables.sealed_sites[line.site].id];
    }
  }
  return {sites.begin(), sites.end()};
}

/// The end of the newest window that the party froze.
std::optional<Timestamp> frozen_until(const State& state, RowN party) {
  std::optional<Timestamp> until;
  for (const registry::Freeze& freeze : state.tables().freezes.rows()) {
    if (freeze.party == party && (!until || *until < freeze.to)) until = freeze.to;
  }
  return until;
}

/// What the memory contents behind snapshots take while they are kept.
struct Preimages {
  std::uint64_t chips = 0;
  std::uint64_t chips_without_memory = 0;
  stats::Decimal bytes{};
};

Result<Preimages> preimages_of(const State& state, const PartyId& party,
                               const stats::Decimal& snapshots) {
  MUSTER_TRY_ASSIGN(const auto models, bundled_models());
  MUSTER_TRY_ASSIGN(const auto roster, registry::roster(state, party));
  Preimages kept;
  const auto& products = state.tables().products;
  for (const auto& line : roster.lines) {
    ++kept.chips;
    const auto model = models.find(products[products.find(line.product.text())].model);
    if (!model || !(*model)->memory_gb) {
      ++kept.chips_without_memory;
      continue;
    }
    // Makers' gigabytes, as they are sold: millionths of 10^9 bytes.
    kept.bytes = kept.bytes + stats::Decimal::from_integer((*model)->memory_gb->units()) *
                                  stats::Decimal::from_integer(1000) * snapshots;
  }
  return kept;
}

Json print_running_clocks(print::Printer& printer, const State& state,
                          const std::vector<registry::DueClock>& clocks) {
  print::Table table{.caption = "Clocks",
                     .columns = {{"due"}, {"what"}, print::id_column("of"), {"wants"}}};
  Json list = Json::array();
  for (const auto& one : clocks) {
    table.rows.push_back({{day_of(one.due), one.overdue ? print::Tone::bad : print::Tone::plain},
                          one.what + (one.overdue ? ", overdue" : ""),
                          one.id,
                          one.want});
    list.push_back({{"what", one.what},
                    {"id", one.id},
                    {"want", one.want},
                    {"due", one.due.to_string()},
                    {"overdue", one.overdue},
                    {"statement", state.tables().statements[one.source].hash.to_hex()}});
  }
  if (!table.rows.empty()) printer.table(table);
  if (table.rows.empty()) printer.paragraph("No clock runs.");
  return list;
}

Json print_preimages(print::Printer& printer, const Preimages& kept,
                     const ProverDueOptions& options, const stats::Decimal& price) {
  const double gigabytes = kept.bytes.to_double() / 1e9;
  const double cost = gigabytes * price.to_double();
  printer.facts(
      {"What snapshots were of, while it has to be kept",
       {{"chips", print::grouped(kept.chips)},
        {"for", print::counted(options.keep_days, "day") + " at " + options.rate +
                    " snapshots per chip and day"},
        {"memory contents", print::compact(gigabytes, 4) + " GB, if none can be made again"},
        {"storage", print::compact(cost, 4) + " at " + options.price + " a GB, once"},
        {"chips of unknown memory", print::grouped(kept.chips_without_memory)}}});
  return {{"chips", kept.chips},
          {"keep_days", options.keep_days},
          {"snapshots_per_day", options.rate},
          {"bytes", kept.bytes.to_double()},
          {"cost", cost},
          {"chips_without_memory", kept.chips_without_memory}};
}

Result<stats::Decimal> amount(const std::string& text, const char* option) {
  auto value = stats::Decimal::parse(text);
  if (!value) return failure(std::move(value.error()).during(option));
  if (*value >= stats::Decimal()) return value;
  return failure(Errc::invalid_input, std::string(option) + ": got " + text + ", want 0 or more");
}

Result<ExitCode> show_prover_due(Context& context, const ProverDueOptions& options) {
  MUSTER_TRY_ASSIGN(const stats::Decimal rate, amount(options.rate, "--rate"));
  MUSTER_TRY_ASSIGN(const stats::Decimal price, amount(options.price, "--price"));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  const State& state = home->state();
  MUSTER_TRY_ASSIGN(const RowN party, row_called(state.tables().parties, "party", options.party));
  MUSTER_TRY_ASSIGN(const PartyId id, PartyId::parse(options.party));
  auto printer = context.printer();
  const auto clocks = registry::running_clocks(state, party, clock->now());
  Json result{{"clocks", print_running_clocks(printer, state, clocks)}};
  Json lines = Json::array();
  for (const auto& [site, count] : waiting_lines(state, party, clock->now())) {
    printer.paragraph(print::counted(count, "line") + " opened at " + site +
                      " waits for the inspectors' answer: no release and no power-off there.");
    lines.push_back({{"site", site}, {"lines", count}});
  }
  result["open_lines"] = std::move(lines);
  const auto until = frozen_until(state, party);
  printer.paragraph(until ? "Frozen until " + day_of(*until) +
                                ": runs since then have to be declared before the next freeze."
                          : "No window is frozen yet: all runs have to be declared before the "
                            "first freeze.");
  result["frozen_until"] = until ? Json(until->to_string()) : Json(nullptr);
  MUSTER_TRY_ASSIGN(
      const Preimages kept,
      preimages_of(state, id, rate * stats::Decimal::from_integer(options.keep_days)));
  result["preimages"] = print_preimages(printer, kept, options, price);
  printer.json(result);
  const bool late = std::ranges::any_of(clocks, &registry::DueClock::overdue);
  return late ? ExitCode::negative : ExitCode::done;
}

}  // namespace

void add_prover_due_command(CLI::App& app, Context& context) {
  CLI::App& prover = noun(app, "prover", "what a Prover owes, and how its evidence stands");
  auto& options = context.keep<ProverDueOptions>();
  CLI::App& verb = add_verb(prover, "due", "what is owed by when, and what has to be kept", context,
                            [&] { return show_prover_due(context, options); });
  verb.add_option("party", options.party, "the Prover")->required();
  verb.add_option("--rate", options.rate, "snapshots per chip and powered day");
  verb.add_option("--keep-days", options.keep_days,
                  "days from a snapshot to the end of its audit: window, campaign and reading")
      ->check(CLI::Range(1, 36500));
  verb.add_option("--price", options.price, "of a gigabyte of storage");
}

}  // namespace muster::cli
