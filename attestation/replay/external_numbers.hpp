#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "attestation/replay/external_state.hpp"

namespace muster::attestation {

/// Whether Muster can read numbers of this type: F64, F32, F16 and BF16. Of all others it compares
/// bytes alone.
[[nodiscard]] bool has_numbers(const TensorType& type);

/// The numbers of a tensor, exactly. Requires: `has_numbers`, whole numbers.
[[nodiscard]] std::vector<double> numbers_of(const TensorType& type, ByteView bytes);

/// Weights that `has_numbers`, of all tensors.
[[nodiscard]] std::uint64_t count_weight_numbers(const ExternalSpec& spec);

/// Names of weights of which Muster compares bytes alone.
[[nodiscard]] std::vector<std::string> unread_weights(const ExternalSpec& spec);

/// The same numbers of several states, in the order of the states, equally many of each.
using NumberBlock = std::span<const std::vector<double>>;

/// Reads one tensor of several states side by side, some thousand numbers at a time, in order.
/// `take` returns whether it wants more. Requires: a tensor that `has_numbers`, of the states'
/// specification. Errors: those of reading.
Result<void> read_numbers(const ExternalTensor& tensor,
                          std::span<const ExternalState* const> states,
                          const std::function<bool(NumberBlock block)>& take);

}  // namespace muster::attestation
