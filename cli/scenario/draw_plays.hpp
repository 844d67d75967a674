#pragma once

#include <map>
#include <string>

#include "cli/scenario/scenario_file.hpp"
#include "sampler/simulate/interval.hpp"

namespace muster::cli::scenario {

/// V24: draws `plays` samples of the world's frame by real tickets, changes each in one way that
/// would serve a party (a line left out, exchanged or added, another cut-off, another value, the
/// opening of another site, a frame with a chip less), and has a stranger make it again. Caught: a
/// check fails. Errors: those of plan and draw; `corrupt` if a draw as it was does not pass.
/// Requires: no more than `most_emulated_chips`.
Result<sampler::Plays> play_tampered_draws(const ScenarioFile& scenario, std::uint64_t plays);

/// What is filed of each of these ways, by name: the same of a draw whose statements stand in a
/// register. Errors: those of the stage (draw_stage.hpp).
Result<std::map<std::string, std::string>> tampered_draw_papers();

}  // namespace muster::cli::scenario
