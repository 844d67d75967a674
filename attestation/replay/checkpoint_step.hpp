#pragma once

#include <string_view>

#include "attestation/run/safetensors.hpp"

namespace muster::attestation {

/// Under which name the metadata of a checkpoint say how many steps are done.
inline constexpr std::string_view checkpoint_step_key = "step";

/// How many steps are done. Errors: `invalid_input` when the metadata do not say so in decimal
/// digits.
Result<std::uint64_t> checkpoint_step(const SafetensorsIndex& index);

}  // namespace muster::attestation
