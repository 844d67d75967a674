#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "attestation/device/emulated_chip.hpp"
#include "attestation/run/declaration.hpp"

namespace muster::attestation {

/// A run of a simulated Prover. SYNTHETIC: no weights exist; the digests of its chunks follow from
/// the seed, the shard, the step and the chunk. What it has of a real run is the shape: shards that
/// change at every step, snapshots in the middle of a step, and scratch memory (activations,
/// KV cache) that differs on every chip and at every instant.
struct SyntheticRunSpec {
  RunId run;
  Hash seed;
  RunUse use = RunUse::training;
  Window window;
  std::uint32_t shards = 8;
  std::uint32_t weight_chunks = 20;  ///< Chunks of a shard.
  std::uint32_t scratch_chunks = 2;  ///< Chunks after the weights in use as scratch.
  std::uint32_t scratch_budget = 4;  ///< Chunks that the declaration leaves unexplained.
  std::uint64_t chunk_bytes = 2'684'354'560;
  /// How long a state lies in memory. Inference has one that lasts for the window.
  std::int64_t step_ms = std::int64_t{6} * 3'600'000;
  /// Steps of the run from one state in memory to the next. Above 1, states between these are not
  /// known: one lies there until the next is due, and is then replaced at once.
  std::uint64_t steps_per_state = 1;
  std::string parameters = "1e12";
  std::string flop = "1e25";
  std::string bytes_per_parameter = "2";
  bool precommitted = false;  ///< The declaration names what chips logged beforehand.
};

/// One chip's part in a run.
struct Seat {
  ChipId chip;
  std::uint32_t shard;
};

/// The digest of one chunk of a shard at a step, where there are weights.
using WeightChunkOf =
    std::function<Hash(std::uint32_t shard, std::uint64_t step, std::uint32_t chunk)>;

class SyntheticRun final {
 public:
  /// With `real`, the chunks are those of weights that were trained, and only scratch memory and
  /// time are synthetic.
  /// Requires: a window, at least one shard, one weight chunk, and a positive step.
  explicit SyntheticRun(SyntheticRunSpec spec, WeightChunkOf real = {});

  [[nodiscard]] const SyntheticRunSpec& spec() const { return spec_; }
  /// What an honest chip logs before its first snapshot of the run: digests of nothing, as all of
  /// this run.
  [[nodiscard]] Precommitment precommitment() const;
  /// Which state is in memory at `at`, counted from the beginning of the window: the step where
  /// each has its own; the last sixteenth of such a step is spent replacing its chunks by those of
  /// the next one, in order.
  [[nodiscard]] std::uint64_t step_at(Timestamp at) const;
  [[nodiscard]] Hash weight_chunk(std::uint32_t shard, std::uint64_t step,
                                  std::uint32_t chunk) const;
  /// What lies in memory of the chip in `seat`; zero outside the window. Borrows this run.
  [[nodiscard]] MemoryAt memory(const Seat& seat) const;

  /// The honest declaration: all `seats` for the whole window, and the steps that were in memory
  /// (with their successors) at any of `instants`, which a Prover knows from its logs when the
  /// epochs are closed.
  [[nodiscard]] Declaration declaration(std::span<const Seat> seats,
                                        std::span<const Timestamp> instants) const;
  /// The same with a commitment to every step of the window.
  [[nodiscard]] Declaration full_declaration(std::span<const Seat> seats) const;

 private:
  [[nodiscard]] Declaration declared(std::span<const Seat> seats,
                                     std::vector<std::uint64_t> steps) const;
  [[nodiscard]] StepCommitment commitment(std::uint32_t shard, std::uint64_t step) const;
  /// How long chunks of one state are being replaced by those of the next.
  [[nodiscard]] std::int64_t update_ms() const;

  SyntheticRunSpec spec_;
  crypto::Sha256Midstate weights_;
  crypto::Sha256Midstate scratch_;
  WeightChunkOf real_;
};

}  // namespace muster::attestation
