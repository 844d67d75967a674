#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/scenario/scenario_file.hpp"
#include "sampler/simulate/engines.hpp"

namespace muster::cli::scenario {

/// A game that chance decides, with the strategy that the Prover found in a search of its own.
struct GamePlayed {
  double promised = 0;
  sampler::Plays plays{};
  std::string strategy{};       ///< for people; empty: there is nothing to choose
  std::uint64_t inspected = 0;  ///< lines, segments or positions of one play
};

/// Plays the game of that name (`PlayFacts::game`) in the world of `scenario`. The best response is
/// searched on seeds of its own, with a twentieth of the plays for each strategy tried.
/// Errors: those of the plan, such as `plan.alone_cannot_reach`.
/// Requires: a game of the engine `positions`.
Result<GamePlayed> play_game(std::string_view game, const ScenarioFile& scenario,
                             const sampler::SimulationRun& run);

}  // namespace muster::cli::scenario
