#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "attestation/replay/external_spec.hpp"
#include "ledger/base/bytes.hpp"

namespace muster::attestation {

/// All that a run of a model of others needs to go on, after so many steps.
struct ExternalState {
  std::uint64_t step = 0;
  Bytes bytes;  ///< Of all tensors, as the specification orders them.

  friend bool operator==(const ExternalState&, const ExternalState&) = default;
};

/// The bytes of one tensor, borrowed. Requires: a state and a tensor of the same specification.
[[nodiscard]] ByteView tensor_of_state(const ExternalState& state, const ExternalTensor& tensor);

/// SHA-256("muster/external-state/v1\n" || u64be(step) || bytes).
[[nodiscard]] Hash external_state_digest(const ExternalState& state);

/// The state as a safetensors file: the tensors by their names, and the step in the metadata.
[[nodiscard]] Bytes encode_external_checkpoint(const ExternalSpec& spec,
                                               const ExternalState& state);

/// Reads such a file, whoever wrote it and in whatever order its tensors are.
/// Errors: `invalid_input`, naming the tensor that is missing, one too many, or of another type or
/// shape than the specification has; a step that is none.
Result<ExternalState> parse_external_checkpoint(const ExternalSpec& spec, ByteView file);

/// The same, and the step must be `step`.
Result<ExternalState> parse_external_end(const ExternalSpec& spec, ByteView file,
                                         std::uint64_t step);

/// Whether Muster can read numbers of this type: F64, F32, F16 and BF16. Of all others it compares
/// bytes alone.
[[nodiscard]] bool has_numbers(const TensorType& type);

/// The numbers of a tensor, exactly. Requires: `has_numbers`, whole numbers.
[[nodiscard]] std::vector<double> numbers_of(const TensorType& type, ByteView bytes);

/// The numbers of all tensors that are weights and `has_numbers`, in order.
[[nodiscard]] std::vector<double> weights_of(const ExternalSpec& spec, const ExternalState& state);

/// Names of weights of which Muster compares bytes alone.
[[nodiscard]] std::vector<std::string> unread_weights(const ExternalSpec& spec);

}  // namespace muster::attestation
