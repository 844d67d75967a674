#include "cli/number_option.hpp"

namespace muster::cli {

Result<stats::Decimal> decimal_option(const std::string& text, const char* option) {
  auto value = stats::Decimal::parse(text);
  if (!value) return failure(std::move(value.error()).during(option));
  return value;
}

Result<stats::Probability> probability_option(const std::string& text, const char* option) {
  auto value = stats::Probability::parse(text);
  if (!value) return failure(std::move(value.error()).during(option));
  return value;
}

CLI::Validator above_zero() {
  return CLI::Validator(
      [](std::string& text) {
        double value = 0;
        const bool fits = CLI::detail::lexical_cast(text, value) && value > 0;
        return fits ? std::string() : "got \"" + text + "\", want a number above 0";
      },
      "");
}

}  // namespace muster::cli
