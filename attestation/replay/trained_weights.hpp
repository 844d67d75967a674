#pragma once

#include <cstdint>
#include <vector>

#include "attestation/replay/transcript.hpp"
#include "attestation/run/synthetic_run.hpp"

namespace muster::attestation {

/// The chunk digests of a run that was trained, for each shard at each step: what lies in the
/// memory of the chips that hold it. 32 bytes for each chunk.
class TrainedWeights final {
 public:
  explicit TrainedWeights(TranscriptCommitment transcript) : transcript_(std::move(transcript)) {}

  [[nodiscard]] const TranscriptCommitment& transcript() const { return transcript_; }

  /// The next state. Requires: steps 0, 1, 2 … in order.
  void add(const TrainingState& state);

  /// Chunks of each shard. Requires: a state.
  [[nodiscard]] std::uint32_t chunks() const;
  /// After the last step its state stays in memory. Requires: a state, a shard and a chunk of it.
  [[nodiscard]] Hash chunk(std::uint32_t shard, std::uint64_t step, std::uint32_t chunk) const;
  /// The same as a function, for the run of an emulated chip. Borrows this.
  [[nodiscard]] WeightChunkOf source() const;

 private:
  TranscriptCommitment transcript_;
  std::vector<std::vector<std::vector<Hash>>> steps_;  // [step][shard][chunk]
};

}  // namespace muster::attestation
