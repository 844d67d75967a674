#pragma once

#include "cli/scenario/attempts.hpp"
#include "cli/scenario/scenario_file.hpp"
#include "sampler/plan/plan_request.hpp"

namespace muster::cli::scenario {

// Draws at the gates (V23), made by the product's own functions over the sites of `scenario`: each
// site by a value of its own, published after the arrival there. Same scenario, same plays.
// Errors: those of the plan and the draw. Requires: at most `most_emulated_chips`.

/// Values known before the arrival, arrivals that were not recorded or stand before the plan,
/// values of another site, lines spared or exchanged at the gate, a seal that suits. Caught: a
/// stranger who makes the draw again sees a failed check. What is filed is the same of a draw whose
/// statements stand in a register; nothing of a value known before, which only its source shows.
Result<Attempts> play_tampered_gates(const ScenarioFile& scenario, std::uint64_t plays,
                                     Papers papers = Papers::none);

/// A Prover who knows the plan, the seal, whatever was opened at earlier gates and, more than any
/// Prover does, the Verifier's key moves the work to
/// other chips of the site before each arrival: onto those that the last gate's value would leave
/// out. Caught: a chip that does the work is drawn. Promised is the chance without any knowledge,
/// 1 - prod_j C(N_j - k_j, n_j) / C(N_j, n_j), for the placement k_j that makes it least.
Result<Attempts> play_guessed_gates(const ScenarioFile& scenario, std::uint64_t plays);

/// The request of such a plan: the announced one, stratified in proportion, with a beacon of kind
/// "gate".
[[nodiscard]] sampler::PlanRequest gate_request(const ScenarioFile& scenario);

}  // namespace muster::cli::scenario
