#pragma once

#include <cstdint>
#include <vector>

#include "attestation/replay/training_spec.hpp"
#include "ledger/base/bytes.hpp"
#include "ledger/base/hash.hpp"

namespace muster::attestation {

/// All that a run needs to go on: weights and both moments of Adam, after so many steps.
struct TrainingState {
  std::uint64_t step = 0;
  std::vector<float> weights;  ///< Of all tensors, as `parameters_of` orders them.
  std::vector<float> first;    ///< Moments, number by number beside the weights.
  std::vector<float> second;

  friend bool operator==(const TrainingState&, const TrainingState&) = default;
};

/// The state before the first step: weights from the seed, moments zero.
[[nodiscard]] TrainingState initial_state(const TrainingSpec& spec, const Hash& seed);

/// Weights, first and second moments as float32, little-endian, one after the other: what lies in
/// the memory of the chips that hold the run.
[[nodiscard]] Bytes state_bytes(const TrainingState& state);

/// SHA-256("muster/training-state/v1\n" || u64be(step) || state_bytes).
[[nodiscard]] Hash state_digest(const TrainingState& state);

/// The state as a safetensors file: `weights.NAME`, `adam.first.NAME` and `adam.second.NAME` for
/// each tensor, and the step in the metadata.
[[nodiscard]] Bytes encode_checkpoint(const TrainingSpec& spec, const TrainingState& state);

/// Reads such a file, whoever wrote it and in whatever order its tensors are.
/// Errors: `invalid_input`, naming the tensor that is missing, has another shape or type, or is of
/// no use; a step that is none.
Result<TrainingState> parse_checkpoint(const TrainingSpec& spec, ByteView file);

}  // namespace muster::attestation
