#pragma once

#include <cstdint>
#include <string_view>

#include "ledger/base/error.hpp"
#include "sampler/simulate/interval.hpp"

namespace muster::sampler {

/// What is played: a frame in which a fixed set of chips does the run.
struct SimulatedWorld {
  std::uint64_t chips;
  std::uint64_t violating;  ///< at most `chips`
  std::uint64_t inspected;  ///< at most `chips`
  double recognised = 1;    ///< d: chance that a violating chip, once drawn, shows the run
};

/// How often and from which seed. The same seed gives the same plays on every machine.
struct SimulationRun {
  std::uint64_t plays;
  std::uint64_t seed;
};

/// Draws positions one by one without putting back. Fast: one random number for each line.
/// Requires: violating <= chips, inspected <= chips, 0 <= recognised <= 1.
[[nodiscard]] Plays play_positions(const SimulatedWorld& world, const SimulationRun& run);

/// Draws by real tickets over real leaves: slow, and checks the other engine and the draw.
/// Requires: as `play_positions`, and recognised == 1.
/// Errors: those of the draw.
Result<Plays> play_tickets(const SimulatedWorld& world, const SimulationRun& run);

}  // namespace muster::sampler
