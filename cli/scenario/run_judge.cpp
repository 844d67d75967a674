#include "cli/scenario/run_judge.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"

namespace muster::cli::scenario {
namespace {

using attestation::TrainingState;

constexpr double on_the_line = 0.01;
constexpr double unremembered = 0.01;
constexpr std::uint64_t tried_batches = 4;

}  // namespace

CommittedRun committed(const ShownRun& shown) {
  CommittedRun commitment{attestation::text_root(*shown.text), {}};
  for (const TrainingState& state : shown.checkpoints) {
    commitment.checkpoints.push_back(attestation::state_digest(state));
  }
  return commitment;
}

RunReview reviewed_run(const ShownRun& shown, const CommittedRun& commitment,
                       std::uint64_t segments, const Hash& seed) {
  const auto& states = shown.checkpoints;
  MUSTER_CHECK(states.size() == commitment.checkpoints.size());
  RunReview review;
  review.outline.steps = shown.spec.steps;
  review.outline.checkpoint_every = shown.spec.checkpoint_every;
  review.is_given = true;
  if (attestation::text_root(*shown.text) != commitment.text_root) review.uncommitted.push_back(0);
  const attestation::Trainer trainer(shown.spec, *shown.text);
  attestation::ContinuityCheck check(trainer, shown.spec);
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (attestation::state_digest(states[i]) != commitment.checkpoints[i]) {
      review.uncommitted.push_back(states[i].step);
    }
    check.add(states[i]);
  }
  check.finish();
  review.faults = check.faults();
  review.signs = check.signs();
  review.choice = attestation::choose_segments(review.segment_count(), segments, 0, seed, {});
  for (const std::uint64_t place : review.choice.uniform) {
    review.replays.push_back(
        attestation::replay_segment(trainer, states[place], states[place + 1]));
  }
  for (std::size_t i = 0; i + 2 < states.size(); ++i) {
    review.remembered.push_back(
        attestation::memorisation_of(trainer, states[i], states[i + 1], tried_batches));
  }
  return review;
}

bool sign_shows(const RunReview& review) {
  const bool lies_on_line =
      std::ranges::any_of(review.signs, [](const attestation::SegmentSign& sign) {
        return sign.off_line && *sign.off_line < on_the_line;
      });
  return lies_on_line || attestation::memorisation_p_value(review.remembered) < unremembered;
}

}  // namespace muster::cli::scenario
