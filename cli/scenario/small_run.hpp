#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "attestation/replay/trained_weights.hpp"
#include "attestation/replay/trainer.hpp"

namespace muster::cli::scenario {

/// SYNTHETIC words of all byte values, 16,384 bytes, so that a run learns something and every part
/// of it changes. Same seed, same text.
[[nodiscard]] Bytes synthetic_text(const Hash& seed);

/// A model of some four thousand numbers, with a checkpoint every eight steps: segments, each some
/// 3 ms to train.
[[nodiscard]] attestation::TrainingSpec small_spec(const Hash& random, std::uint64_t segments);

/// A run of the built-in trainer, from its text and s_rand to what it commits to: the Prover's side
/// of `attest replay`.
class SmallRun final {
 public:
  /// Trains. With `begin`, weights and moments from elsewhere are called a beginning.
  SmallRun(Bytes text, const attestation::TrainingSpec& spec,
           const attestation::TrainingState* begin = nullptr);
  SmallRun(const SmallRun&) = delete;  // the trainer borrows the text
  SmallRun& operator=(const SmallRun&) = delete;

  [[nodiscard]] const attestation::TrainingText& text() const { return text_; }
  [[nodiscard]] const attestation::TrainingSpec& spec() const { return spec_; }
  [[nodiscard]] const attestation::Trainer& trainer() const { return trainer_; }
  [[nodiscard]] const std::vector<attestation::TrainingState>& checkpoints() const {
    return checkpoints_;
  }
  /// Chunk digests of the state at every step: one shard of 2,048-byte chunks.
  [[nodiscard]] const attestation::TrainedWeights& weights() const { return weights_; }
  /// The states that were at those steps. Cost: trains again. Requires: steps of the run.
  [[nodiscard]] attestation::TrainingState state_at(std::uint64_t step) const;

 private:
  attestation::TrainingText text_;
  attestation::TrainingSpec spec_;
  attestation::Trainer trainer_;
  attestation::TrainedWeights weights_;
  std::vector<attestation::TrainingState> checkpoints_;
};

/// Weights and moments on the straight line from `a` to `b`, at `share` of its length; called the
/// state of `step`. Requires: states of one model.
[[nodiscard]] attestation::TrainingState between(const attestation::TrainingState& a,
                                                 const attestation::TrainingState& b, double share,
                                                 std::uint64_t step);

}  // namespace muster::cli::scenario
