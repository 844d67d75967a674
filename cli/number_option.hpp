#pragma once

#include <string>

#include "sampler/stats/probability.hpp"

namespace muster::cli {

/// The exact number or probability that `option` gives as text.
/// Errors: `invalid_input`, naming the option.
Result<stats::Decimal> decimal_option(const std::string& text, const char* option);
Result<stats::Probability> probability_option(const std::string& text, const char* option);

}  // namespace muster::cli
