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

}  // namespace muster::cli
