#include "cli/scenario/statistical.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "cli/scenario/audit_parties.hpp"
#include "cli/scenario/audit_terms.hpp"
#include "cli/scenario/gate_plays.hpp"
#include "ledger/base/check.hpp"
#include "registry/balance/counting_error.hpp"
#include "sampler/simulate/adversary.hpp"
#include "sampler/simulate/plan_game.hpp"
#include "sampler/simulate/random_numbers.hpp"
#include "sampler/stats/hypergeometric.hpp"

namespace muster::cli::scenario {
namespace {

using sampler::SimulationRun;
using stats::Decimal;

constexpr std::uint64_t search_seeds = 1'000'000;  // apart from those that score

SimulationRun searching(const SimulationRun& run) {
  return {std::max<std::uint64_t>(run.plays / 20, 1), run.seed + search_seeds};
}

sampler::PlanRequest request_of(const ScenarioFile& scenario) {
  return plan_request(scenario.announced, anomaly_rate(scenario.noise), roots_of_nothing(),
                      auditor_vrf().public_key());
}

double mean_snapshots(const sampler::SnapshotSchedule& schedule) {
  const stats::Rational mean = schedule.per_day.value() * schedule.covered_hours.value() / 24;
  return stats::to_real(mean).convert_to<double>();
}

double promise_of(const sampler::Plan& plan) {
  return plan.detection_probability.convert_to<double>();
}

/// The simple plan against a Prover that chooses how many chips, and where.
Result<GamePlayed> play_simple(const ScenarioFile& scenario, const SimulationRun& run) {
  MUSTER_TRY_ASSIGN(const auto plan, sampler::make_plan(request_of(scenario)));
  sampler::Game game{
      {}, plan.sample_size, plan.run_chips(), mean_snapshots(*plan.request.snapshots)};
  for (const auto& site : plan.request.sites) game.sites.push_back(site.chips);
  const auto best = sampler::best_response(game, searching(run)).strategy;
  return GamePlayed{promise_of(plan), sampler::play_strategy(game, best, run).plays, best.name,
                    plan.sample_size};
}

Result<GamePlayed> play_designed(const sampler::PlanRequest& request, const SimulationRun& run) {
  MUSTER_TRY_ASSIGN(const auto plan, sampler::make_plan(request));
  const auto game = sampler::design_game(plan);
  const auto best = sampler::best_design_response(game, searching(run)).strategy;
  return GamePlayed{promise_of(plan), sampler::play_design(game, best, run), best.name,
                    plan.sample_size};
}

/// Fixed numbers at each site, as a draw at the gates has them.
Result<GamePlayed> play_gates(const ScenarioFile& scenario, const SimulationRun& run) {
  return play_designed(gate_request(scenario), run);
}

/// Three visits in the longest run, against runs of every length.
Result<GamePlayed> play_rounds(const ScenarioFile& scenario, const SimulationRun& run) {
  const std::uint64_t period = std::max<std::uint64_t>(scenario.announced.longest_run_days / 3, 1);
  const Decimal period_days = Decimal::from_integer(period);
  sampler::PlanRequest request = request_of(scenario);
  request.snapshots->covered_hours = Decimal::from_integer(period * 24);
  request.snapshots->period_days = period_days;
  request.design = sampler::Design{.kind = sampler::DesignKind::rounds, .period_days = period_days};
  return play_designed(request, run);
}

/// The announced Prover and two more of its size, drawn from by Prover.
Result<GamePlayed> play_pool(const ScenarioFile& scenario, const SimulationRun& run) {
  sampler::PlanRequest request = request_of(scenario);
  const sampler::FrozenFrame like = request.frames.front();
  request.frames.clear();
  request.sites.clear();
  for (const char* name : {"a", "b", "c"}) {
    request.frames.push_back(like);
    request.frames.back().prover = PartyId::parse(name).value();
    request.sites.push_back(
        {SiteId::parse(std::string("site-of-") + name).value(), like.frame_count});
  }
  request.classes.front().count = 3 * like.frame_count;
  request.design = sampler::Design{.kind = sampler::DesignKind::stratified,
                                   .quotas = sampler::QuotaRule::proportional,
                                   .strata = sampler::Strata::provers};
  return play_designed(request, run);
}

/// A frame of all chips that were held, of which twice k have left and do the run.
Result<GamePlayed> play_left(const ScenarioFile& scenario, const SimulationRun& run) {
  sampler::PlanRequest request = request_of(scenario);
  MUSTER_TRY_ASSIGN(const auto before, sampler::make_plan(request));
  const std::uint64_t left = 2 * before.run_chips();
  request.sites.push_back({SiteId::parse("z.left-the-frame").value(), left});
  request.frames.front().frame_count += left;
  request.classes.front().count += left;
  MUSTER_TRY_ASSIGN(const auto plan, sampler::make_plan(std::move(request)));
  sampler::Game game{
      {}, plan.sample_size, plan.run_chips(), mean_snapshots(*plan.request.snapshots)};
  for (const auto& site : plan.request.sites) game.sites.push_back(site.chips);
  sampler::Strategy strategy{"all on chips that left", plan.run_chips(),
                             std::vector<std::uint64_t>(game.sites.size(), 0)};
  strategy.violating.back() = plan.run_chips();
  return GamePlayed{promise_of(plan), sampler::play_strategy(game, strategy, run).plays,
                    strategy.name, plan.sample_size};
}

/// Items of which some are bad, and a sample without replacement.
GamePlayed play_lot(const sampler::SimulatedWorld& world, double promised,
                    const SimulationRun& run) {
  return {promised, sampler::play_positions(world, run), "", world.inspected};
}

/// Standard normal, by Box and Muller (1958).
double normal(sampler::RandomNumbers& random) {
  constexpr double steps = 9007199254740992.0;
  const double u = (static_cast<double>(random.below(1ULL << 53U)) + 0.5) / steps;
  const double v = (static_cast<double>(random.below(1ULL << 53U)) + 0.5) / steps;
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
}

/// Of `items`, each miscounted with `chance`: one more or one less.
std::int64_t miscounted(std::uint64_t items, double chance, sampler::RandomNumbers& random) {
  std::int64_t difference = 0;
  double at = -1;
  constexpr double steps = 9007199254740992.0;
  for (;;) {  // from one miscounted item to the next: geometric gaps
    const double u = (static_cast<double>(random.below(1ULL << 53U)) + 0.5) / steps;
    at += 1 + std::floor(std::log(u) / std::log1p(-chance));
    if (at >= static_cast<double>(items)) return difference;
    difference += random.below(2) == 0 ? 1 : -1;
  }
}

/// 100,000 packages counted with the errors of a sealed receipt, of which two limits are missing.
GamePlayed play_balance(const SimulationRun& run) {
  constexpr std::uint64_t packages = 100'000;
  constexpr double false_alarm = 0.05;
  const registry::CountingError error{"simulated", 0.001, 0.0005, "this game"};
  const double variance = error.variance(packages);
  const double limit = registry::judge_difference(0, variance, 1, false_alarm).limit;
  const auto loss = static_cast<std::int64_t>(std::ceil(2 * limit));
  const double power =
      registry::judge_difference(0, variance, static_cast<std::uint64_t>(loss), false_alarm).power;
  sampler::RandomNumbers random(run.seed);
  sampler::Plays plays{run.plays, 0};
  for (std::uint64_t i = 0; i < run.plays; ++i) {
    const double scale = normal(random) * error.systematic * static_cast<double>(packages);
    const auto difference = -loss + miscounted(packages, error.random, random) +
                            static_cast<std::int64_t>(std::lround(scale));
    plays.caught +=
        registry::judge_difference(difference, variance, 1, false_alarm).beyond ? 1U : 0U;
  }
  return {power, plays, "", 0};
}

}  // namespace

Result<GamePlayed> play_game(std::string_view game, const ScenarioFile& scenario,
                             const SimulationRun& run) {
  if (game == "simple") return play_simple(scenario, run);
  if (game == "gates") return play_gates(scenario, run);
  if (game == "rounds") return play_rounds(scenario, run);
  if (game == "pool") return play_pool(scenario, run);
  if (game == "left") return play_left(scenario, run);
  if (game == "balance") return play_balance(run);
  // 1 - (1 - phi)^q; q/n; 1 - 0.95^59; and the exact chance that a second team meets an invention.
  if (game == "bulk") return play_lot({220, 110, 3}, 0.875, run);
  if (game == "jump") return play_lot({220, 1, 22}, 0.1, run);
  if (game == "floor") return play_lot({1'000, 50, 59}, 1 - std::pow(0.95, 59), run);
  MUSTER_CHECK(game == "resample");
  return play_lot({100, 10, 20}, stats::detection({100, 10}, 20).convert_to<double>(), run);
}

}  // namespace muster::cli::scenario
