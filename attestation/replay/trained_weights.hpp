#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "attestation/replay/external_state.hpp"
#include "attestation/replay/external_transcript.hpp"
#include "attestation/replay/transcript.hpp"
#include "attestation/run/synthetic_run.hpp"

namespace muster::attestation {

/// What emulated chips, and what is declared of them, need to know of a run of any model.
struct HeldRun {
  ShardLayout layout;
  std::uint64_t steps = 0;
  std::uint64_t steps_per_state = 1;  ///< Above 1, only checkpoints are known.
  std::string parameters{};
  std::string flop{};
  std::string bytes_per_parameter{};
  bool is_external = false;
};

/// The chunk digests of a run that was trained, for each shard at each state that is known: what
/// lies in the memory of the chips that hold it. 32 bytes for each chunk.
class TrainedWeights final {
 public:
  /// A run of the built-in trainer, of which the state after each step is known.
  explicit TrainedWeights(TranscriptCommitment transcript);
  /// A run of a model of others, of which the checkpoints are.
  explicit TrainedWeights(const ExternalTranscript& transcript);

  /// Requires: a run of the built-in trainer.
  [[nodiscard]] const TranscriptCommitment& transcript() const { return transcript_; }
  [[nodiscard]] const HeldRun& run() const { return run_; }

  /// The next state. Requires: steps 0, 1, 2 … in order.
  void add(const TrainingState& state);
  /// The same of a model of others. Requires: its checkpoints in order. Errors: those of reading.
  Result<void> add(const ExternalState& state);

  /// Chunks of each shard. Requires: a state.
  [[nodiscard]] std::uint32_t chunks() const;
  /// All of one shard. After the last state it stays in memory. Requires: a state and a shard.
  [[nodiscard]] const std::vector<Hash>& shard(std::uint32_t shard, std::uint64_t state) const;
  /// One of them. Requires: a chunk of the shard.
  [[nodiscard]] Hash chunk(std::uint32_t shard, std::uint64_t state, std::uint32_t chunk) const;
  /// The first of them, had one bit of its first byte been flipped.
  [[nodiscard]] Hash flipped_chunk(std::uint32_t shard, std::uint64_t state) const;
  /// `chunk` as a function, for the run of an emulated chip. Borrows this.
  [[nodiscard]] WeightChunkOf source() const;

  /// A run of the same sizes that is nobody's: its digests follow from these, and are names without
  /// weights behind them. SYNTHETIC.
  [[nodiscard]] TrainedWeights replaced_by_names() const;

 private:
  struct Shard {
    std::vector<Hash> chunks;
    Hash flipped;
  };
  [[nodiscard]] const Shard& at(std::uint32_t shard, std::uint64_t state) const;

  TranscriptCommitment transcript_;
  HeldRun run_;
  std::vector<std::vector<Shard>> states_;  // [state][shard]
};

}  // namespace muster::attestation
