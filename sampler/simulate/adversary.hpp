#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/base/error.hpp"
#include "sampler/simulate/engines.hpp"

namespace muster::sampler {

/// A game between a plan and a Prover who does one hidden run: the numbers alone.
struct Game {
  std::vector<std::uint64_t> sites;  ///< chips of the frame at each site
  std::uint64_t inspected;           ///< n, drawn from all sites together
  std::uint64_t violating;           ///< k: the fewest chips that do the run in its whole time
  /// Snapshots of the run that the log of one of k chips holds on average; 0: every log shows it.
  double snapshots = 0;
};

/// How the Prover plays: on how many chips, and where.
struct Strategy {
  std::string name;                      ///< for people
  std::uint64_t chips;                   ///< k or more: more chips, each for a shorter time
  std::vector<std::uint64_t> violating;  ///< of them at each site
};

/// d of a chip when the run's work is spread over `chips`: 1 - exp(-snapshots k / chips).
[[nodiscard]] double recognised(const Game& game, std::uint64_t chips);

/// The placement that the plan was made for: k chips, sites filled in their order.
[[nodiscard]] Strategy planned_adversary(const Game& game);

/// Placements and spreads worth trying: the sites filled from the smallest, from the largest, in
/// proportion, in order; each with k, 2k, 4k … chips up to the frame.
[[nodiscard]] std::vector<Strategy> candidate_strategies(const Game& game);

/// A strategy and how often it was caught.
struct Played {
  Strategy strategy;
  Plays plays;
};

/// Plays a strategy by positions: each drawn line is a place of the whole frame.
[[nodiscard]] Played play_strategy(const Game& game, const Strategy& strategy,
                                   const SimulationRun& run);

/// Plays a strategy by real tickets, each site with a seed of its own.
/// Errors: those of the draw.
Result<Played> play_strategy_by_tickets(const Game& game, const Strategy& strategy,
                                        const SimulationRun& run);

/// The strategy that was caught least in the search: every candidate `run.plays` times, then steps
/// around the best one (more or fewer chips, a chip's share moved to another site) while they help.
/// Its own plays are biased by the choice: score it on fresh seeds.
[[nodiscard]] Played best_response(const Game& game, const SimulationRun& run);

}  // namespace muster::sampler
