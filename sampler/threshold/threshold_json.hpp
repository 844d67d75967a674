#pragma once

#include "ledger/base/json.hpp"
#include "sampler/threshold/threshold.hpp"

namespace muster::sampler {

/// The answer of `muster plan threshold --json`: exact numbers as text, counts as integers, null
/// for what does not exist.
[[nodiscard]] Json threshold_json(const Threshold& threshold);

}  // namespace muster::sampler
