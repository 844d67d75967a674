// `plan simulate`: the plan played against the Prover that it was made for, and against the best
// one that a search finds.

#include <array>
#include <cmath>
#include <numeric>

#include "cli/audit/committed_plan.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/number_option.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "sampler/plan/seen_before.hpp"
#include "sampler/simulate/adversary.hpp"
#include "sampler/simulate/plan_game.hpp"
#include "sampler/stats/hypergeometric.hpp"

namespace muster::cli {
namespace {

struct SimulateOptions {
  std::string plan;
  std::uint64_t plays = 0;  // as many as can show the promise
  std::uint64_t tickets = 1'000;
  std::uint64_t seed = 1;
};

constexpr double family_level = 0.01;
constexpr double margin = 0.005;
/// Tickets hash each chip of the frame in each play: some minutes on one core.
constexpr std::uint64_t most_hashes = 4'000'000'000;

/// A plan of the ledger by its id, or of a file that `plan new --out` wrote.
Result<sampler::Plan> plan_to_play(Context& context, const std::string& name) {
  std::error_code problem;
  if (std::filesystem::is_regular_file(name, problem)) {
    MUSTER_TRY_ASSIGN(const std::string text, read_text_file(name, 1U << 20U));
    auto plan = sampler::parse_plan(text);
    if (!plan) return failure(std::move(plan.error()).during("reading plan " + name));
    return plan;
  }
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(auto committed, committed_plan(*home, name));
  return std::move(committed.plan);
}

sampler::Game game_of(const sampler::Plan& plan) {
  sampler::Game game{{}, plan.sample_size, plan.run_chips()};
  const sampler::PlanRequest counted = sampler::counted_request(plan.request);
  for (const auto& site : counted.sites) game.sites.push_back(site.chips);
  if (const auto& snapshots = plan.request.snapshots) {
    const stats::Rational mean = snapshots->per_day.value() * snapshots->covered_hours.value() / 24;
    game.snapshots = stats::to_real(mean).convert_to<double>();
  }
  return game;
}

/// One row: who played, by which engine, and what was promised.
struct SimulatedRow {
  std::string player;
  std::string engine;
  sampler::Plays plays;
};

Json simulated_row_json(const SimulatedRow& row, double promised, double level) {
  const auto interval = sampler::rate_interval(row.plays, level);
  return {{"player", row.player},
          {"engine", row.engine},
          {"plays", row.plays.count},
          {"caught", row.plays.caught},
          {"promised", stats::digits(stats::Real(promised), 6)},
          {"lower", stats::digits(stats::Real(interval.lower), 6)},
          {"upper", stats::digits(stats::Real(interval.upper), 6)}};
}

std::string percent(double value) { return stats::digits(stats::Real(value), 4); }

/// Plays that can show the promise, or a run that is always caught: for it the lower bound is
/// level^(1/plays).
std::uint64_t enough_plays(const sampler::Promise& promise) {
  const auto always =
      static_cast<std::uint64_t>(std::ceil(std::log(promise.level) / std::log1p(-promise.margin)));
  return promise.rate < 1 ? std::max(sampler::plays_needed(promise), always) : always;
}

enum class Kept : std::uint8_t {
  yes,      ///< Shown: the lower bound is at most the margin below the promise.
  no,       ///< Not kept.
  unknown,  ///< Too few plays to show it, and none that speak against it.
};

/// By the lower bound where the plays are many enough. Fewer can only contradict.
Kept kept_by(const SimulatedRow& row, const sampler::Promise& promise) {
  if (row.plays.count >= enough_plays(promise)) {
    return sampler::keeps(promise, row.plays) ? Kept::yes : Kept::no;
  }
  const bool contradicted = sampler::rate_interval(row.plays, promise.level).upper < promise.rate;
  return contradicted ? Kept::no : Kept::unknown;
}

print::Cell kept_cell(Kept kept) {
  switch (kept) {
    case Kept::yes:
      return {"yes", print::Tone::good};
    case Kept::no:
      return {"NO", print::Tone::bad};
    case Kept::unknown:
      break;
  }
  return {"not contradicted", print::Tone::warn};
}

/// Errors: `invalid_input` for more hashes than some minutes allow.
Result<void> check_tickets(std::uint64_t chips, const SimulateOptions& options) {
  if (options.tickets <= most_hashes / std::max<std::uint64_t>(chips, 1)) return {};
  return failure(Errc::invalid_input, "--tickets " + std::to_string(options.tickets) + ": " +
                                          print::grouped(chips) +
                                          " chips would be hashed each time; want fewer plays");
}

Result<std::vector<SimulatedRow>> play_all(const sampler::Game& game,
                                           const SimulateOptions& options) {
  MUSTER_TRY(check_tickets(std::accumulate(game.sites.begin(), game.sites.end(), std::uint64_t{0}),
                           options));
  std::vector<SimulatedRow> rows;
  const auto planned = sampler::planned_adversary(game);
  rows.push_back({planned.name, "positions",
                  sampler::play_strategy(game, planned, {options.plays, options.seed}).plays});
  const std::uint64_t searched = std::max<std::uint64_t>(options.plays / 20, 1);
  // Searched on other numbers than it is scored on, so that luck is not taken for skill.
  const auto best = sampler::best_response(game, {searched, options.seed + 1'000'000}).strategy;
  rows.push_back(
      {"searched: " + best.name, "positions",
       sampler::play_strategy(game, best, {options.plays, options.seed + 2'000'000}).plays});
  if (options.tickets == 0) return rows;
  for (const auto& strategy : {planned, best}) {
    MUSTER_TRY_ASSIGN(const auto played,
                      sampler::play_strategy_by_tickets(
                          game, strategy, {options.tickets, options.seed + 3'000'000}));
    rows.push_back({strategy.name, "tickets", played.plays});
  }
  return rows;
}

/// The same for a design: its groups, its rule of drawing, and the placements that it leaves open.
Result<std::vector<SimulatedRow>> play_all(const sampler::DesignGame& game,
                                           const SimulateOptions& options) {
  MUSTER_TRY(check_tickets(sampler::hashes_of(game, game.planned), options));
  const auto& planned = game.planned;
  const std::uint64_t searched = std::max<std::uint64_t>(options.plays / 20, 1);
  const auto best =
      sampler::best_design_response(game, {searched, options.seed + 1'000'000}).strategy;
  std::vector<SimulatedRow> rows{
      {planned.name, "positions",
       sampler::play_design(game, planned, {options.plays, options.seed})},
      {"searched: " + best.name, "positions",
       sampler::play_design(game, best, {options.plays, options.seed + 2'000'000})}};
  if (options.tickets == 0) return rows;
  for (const auto& strategy : {planned, best}) {
    MUSTER_TRY_ASSIGN(const auto plays,
                      sampler::play_design_by_tickets(game, strategy,
                                                      {options.tickets, options.seed + 3'000'000}));
    rows.push_back({strategy.name, "tickets", plays});
  }
  return rows;
}

/// A design draws a simple sample too, where it only prices it.
Result<std::vector<SimulatedRow>> play_plan(const sampler::Plan& plan,
                                            const SimulateOptions& options) {
  if (!plan.layout || plan.request.design->kind == sampler::DesignKind::simple) {
    return play_all(game_of(plan), options);
  }
  return play_all(sampler::design_game(plan), options);
}

/// All rows together: a promise that is broken anywhere, or that the many plays do not show.
ExitCode exit_of(const std::vector<Kept>& kept, const std::vector<SimulatedRow>& rows) {
  ExitCode code = ExitCode::done;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (kept[i] == Kept::no) return ExitCode::negative;
    // Plays by tickets are there to contradict the other engine, and are never many enough.
    if (kept[i] == Kept::unknown && rows[i].engine == "positions") code = ExitCode::no_answer;
  }
  return code;
}

print::Table simulated_table(const std::vector<SimulatedRow>& rows, const std::vector<Kept>& kept,
                             const sampler::Promise& promise) {
  print::Table table{"SIMULATED. What it cannot test: that a drawn chip's false story is refuted",
                     {{"the Prover"},
                      {"engine"},
                      print::number_column("plays"),
                      print::number_column("promised"),
                      print::number_column("simulated"),
                      {"interval"},
                      {"keeps"}},
                     {}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const sampler::Plays& plays = rows[i].plays;
    const auto interval = sampler::rate_interval(plays, promise.level);
    const double rate = static_cast<double>(plays.caught) / static_cast<double>(plays.count);
    table.rows.push_back({rows[i].player, rows[i].engine, print::grouped(plays.count),
                          percent(promise.rate), percent(rate),
                          percent(interval.lower) + " to " + percent(interval.upper),
                          kept_cell(kept[i])});
  }
  return table;
}

/// The better evasion of the two that were played by positions. A search that found nothing better
/// names its best all the same, which may be worse than what the plan was made for.
struct BestEvasion {
  const SimulatedRow* planned;
  const SimulatedRow* searched;
  sampler::CaughtAgainst against;  ///< The searched one against the planned one.

  [[nodiscard]] bool is_searched() const { return against == sampler::CaughtAgainst::less; }
};

BestEvasion best_evasion(const std::vector<SimulatedRow>& rows, double level) {
  return {&rows[0], &rows[1], sampler::caught_against(rows[1].plays, rows[0].plays, level)};
}

std::string best_text(const BestEvasion& best) {
  const auto rate = [](const SimulatedRow& row) {
    return percent(static_cast<double>(row.plays.caught) / static_cast<double>(row.plays.count));
  };
  const std::string rates =
      rate(*best.searched) + " of its plays, the planned one in " + rate(*best.planned);
  switch (best.against) {
    case sampler::CaughtAgainst::less:
      return "The search found a better evasion than the planned one: it is caught in " + rates +
             ".";
    case sampler::CaughtAgainst::more:
      return "The search found no better evasion than the planned one, which is the best of both: "
             "its own is caught in " +
             rates + ".";
    case sampler::CaughtAgainst::alike:
      break;
  }
  return "The search found no better evasion than the planned one: its own is caught in " + rates +
         ", which chance explains.";
}

Json best_json(const BestEvasion& best) {
  constexpr std::array against{"less", "alike", "more"};
  const SimulatedRow& row = best.is_searched() ? *best.searched : *best.planned;
  return {{"player", row.player},
          {"found_by", best.is_searched() ? "search" : "plan"},
          {"searched_is_caught", against.at(static_cast<std::size_t>(best.against))}};
}

Result<ExitCode> plan_simulate(Context& context, SimulateOptions options) {
  MUSTER_TRY_ASSIGN(const auto plan, plan_to_play(context, options.plan));
  const double promised = plan.detection_probability.convert_to<double>();
  const double row_count = options.tickets == 0 ? 2 : 4;
  const sampler::Promise promise{promised, margin, family_level / row_count};
  const std::uint64_t needed = enough_plays(promise);
  if (options.plays == 0) options.plays = needed;
  MUSTER_TRY_ASSIGN(const auto rows, play_plan(plan, options));
  std::vector<Kept> kept;
  Json list = Json::array();
  for (const SimulatedRow& row : rows) {
    kept.push_back(kept_by(row, promise));
    Json item = simulated_row_json(row, promised, promise.level);
    item["keeps"] = kept.back() == Kept::unknown ? Json() : Json(kept.back() == Kept::yes);
    list.push_back(std::move(item));
  }
  auto printer = context.printer();
  printer.table(simulated_table(rows, kept, promise));
  const BestEvasion best = best_evasion(rows, promise.level);
  printer.paragraph(best_text(best));
  if (options.plays < needed) {
    printer.note("fewer than " + print::grouped(needed) +
                 " plays can contradict the promise and not show it");
  }
  printer.json({{"plan", plan.request.id.text()},
                {"simulated", true},
                {"family_level", "0.01"},
                {"margin", "0.005"},
                {"plays_needed", needed},
                {"best_evasion", best_json(best)},
                {"untested", "that a drawn chip's false story is refuted"},
                {"rows", std::move(list)}});
  return exit_of(kept, rows);
}

}  // namespace

void add_plan_simulate_command(CLI::App& app, Context& context) {
  auto& options = context.keep<SimulateOptions>();
  CLI::App& verb = add_verb(noun(app, "plan", "inspection plans"), "simulate",
                            "play the plan against Provers, planned and searched", context,
                            [&] { return plan_simulate(context, options); });
  verb.add_option("plan", options.plan, "the plan's id, or a file of `plan new`")->required();
  verb.add_option("--plays", options.plays,
                  "by positions, for each row; enough to show the promise if not given");
  verb.add_option("--tickets", options.tickets, "by real tickets, for each row; 1000");
  verb.add_option("--seed", options.seed, "the same seed plays the same; 1");
}

}  // namespace muster::cli
