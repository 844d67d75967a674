#pragma once

#include "sampler/plan/plan.hpp"
#include "sampler/simulate/design_game.hpp"

namespace muster::sampler {

/// The game of a plan with a design: its groups, how they are drawn, and the Prover that the plan
/// was made for. Rounds are played with a run of every length that the plan counts, each over the
/// visits that it surely meets. Requires: plan.layout.
[[nodiscard]] DesignGame design_game(const Plan& plan);

}  // namespace muster::sampler
