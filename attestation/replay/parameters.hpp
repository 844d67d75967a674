#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "attestation/replay/training_spec.hpp"

namespace muster::attestation {

/// A tensor of the model, and where it lies among all of the model's numbers.
struct Parameter {
  std::string name;
  std::vector<std::uint64_t> shape;
  std::size_t offset;
  std::size_t count;
  std::uint32_t fan_in;  ///< Initial numbers lie within +-1/sqrt(fan_in); 0: all are `fill`.
  float fill;
};

/// The tensors in the order in which they lie. Requires: sizes within `check_training_spec`'s.
[[nodiscard]] std::vector<Parameter> parameters_of(const TrainingSpec& spec);

/// The numbers of the model.
[[nodiscard]] std::uint64_t parameter_count(const TrainingSpec& spec);

/// The FLOP of one step: a product of n x k by k x m is 2 n k m, and the way back is two of them.
/// Norms, activations and the optimiser are left out, as in the 6 N D of Kaplan et al. 2020.
[[nodiscard]] std::uint64_t flop_per_step(const TrainingSpec& spec);

/// The value of a decimal, rounded once. Errors: `invalid_input`.
Result<double> decimal_of(std::string_view text);

}  // namespace muster::attestation
