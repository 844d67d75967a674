#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/base/error.hpp"
#include "sampler/simulate/engines.hpp"
#include "sampler/stats/decimal.hpp"

namespace muster::sampler {

/// Chips that are drawn from by one rule: a site, a Prover of a pool, a class, or the whole frame.
struct GameGroup {
  std::string name;
  std::uint64_t chips;
  stats::Rational weight = 1;  ///< what one of them adds to a run
  std::uint64_t low = 0;       ///< lines drawn,
  std::uint64_t high = 0;      ///< or these, if the visit number is not above the limit
  std::uint64_t visit_limit = ~std::uint64_t{0};
  std::uint64_t ticket_limit = 0;  ///< by limit only: a line is drawn if its ticket is not above it
};

/// How lines are drawn; each is a rule of draw/by_design.hpp.
enum class GameDraw {
  by_site,    ///< of each group its number of smallest tickets, by a seed of its own
  by_prover,  ///< the same where a group's lines stand at several sites, each with its seed
  by_limit,   ///< each line by itself
};

/// How a Prover plays: which chips work for the run, and what visits see of it.
struct DesignStrategy {
  std::string name;                      ///< for people
  std::vector<std::uint64_t> violating;  ///< of each group
  /// d at each visit that surely meets the run: the chance that a drawn chip of it shows it.
  std::vector<double> recognised;
  std::uint64_t spread = 1;  ///< so many times the chips, each for a shorter time
};

/// A game between a plan with a design and a Prover who does one hidden run.
struct DesignGame {
  GameDraw draw = GameDraw::by_site;
  std::vector<GameGroup> groups;
  stats::Rational needed;  ///< what the chips of a run weigh together, at least
  bool one_group = false;  ///< the whole run is in one group: co-located
  /// Snapshots of the run that the log of a chip holds on average, unspread; 0: every log shows it.
  double snapshots = 0;
  /// The placement that the plan was made for.
  DesignStrategy planned;
  /// Strategies that the search must try beside its own, such as runs of other lengths over rounds.
  std::vector<DesignStrategy> others{};
  bool searchable = true;  ///< false: `planned` and `others` are all that a Prover can choose from
};

/// A strategy and how often it was caught.
struct DesignPlayed {
  DesignStrategy strategy;
  Plays plays;
};

/// Plays by positions: whether a drawn line is of the run is a matter of chance alone.
/// Requires: a strategy of the game.
[[nodiscard]] Plays play_design(const DesignGame& game, const DesignStrategy& strategy,
                                const SimulationRun& run);

/// Plays by real leaves, seeds and tickets. Errors: those of the draw.
Result<Plays> play_design_by_tickets(const DesignGame& game, const DesignStrategy& strategy,
                                     const SimulationRun& run);

/// Whether the strategy's chips do the run and stand where the threat model lets them.
[[nodiscard]] bool is_possible(const DesignGame& game, const DesignStrategy& strategy);

/// The strategy that was caught least in a search over `others`, groups filled in several orders,
/// the run spread over more chips, and steps around the best. Its plays are biased by the choice:
/// score it on fresh seeds.
[[nodiscard]] DesignPlayed best_design_response(const DesignGame& game, const SimulationRun& run);

/// Chips hashed in one play by tickets.
[[nodiscard]] std::uint64_t hashes_of(const DesignGame& game, const DesignStrategy& strategy);

}  // namespace muster::sampler
