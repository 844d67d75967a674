#pragma once

#include <span>
#include <vector>

#include "cli/replay/run_review.hpp"
#include "cli/scenario/small_run.hpp"

namespace muster::cli::scenario {

/// What a Prover shows of a run.
struct ShownRun {
  const attestation::TrainingText* text = nullptr;
  attestation::TrainingSpec spec{};  ///< with the s_rand that it was given
  std::vector<attestation::TrainingState> checkpoints{};
};

/// What it had committed to, before segments were drawn.
struct CommittedRun {
  Hash text_root;
  std::vector<Hash> checkpoints;  ///< digests
};
[[nodiscard]] CommittedRun committed(const ShownRun& shown);

/// What `attest replay` finds out of a run: the text and the checkpoints are held to what was
/// committed to, all checkpoints are looked at, `segments` drawn by `seed` are done again, and the
/// memory of every segment but the last is tried. `uncommitted` has step 0 for another text.
/// Requires: as many checkpoints as committed to, states of the model.
[[nodiscard]] RunReview reviewed_run(const ShownRun& shown, const CommittedRun& commitment,
                                     std::uint64_t segments, const Hash& seed);

/// Whether a reader of the review sees a sign, and no more: a checkpoint within a hundredth of the
/// line between its neighbours (honest ones lie beyond a twentieth: tests/attestation/evasions), or
/// segments that remember their own data no better than later data, with p below 0.01.
[[nodiscard]] bool sign_shows(const RunReview& review);

}  // namespace muster::cli::scenario
