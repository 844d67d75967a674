#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "sampler/stats/probability.hpp"

namespace muster::cli {

/// The exact number or probability that `option` gives as text.
/// Errors: `invalid_input`, naming the option.
Result<stats::Decimal> decimal_option(const std::string& text, const char* option);
Result<stats::Probability> probability_option(const std::string& text, const char* option);

/// Takes what is above 0, and else says so without the limits of the machine.
[[nodiscard]] CLI::Validator above_zero();

}  // namespace muster::cli
