#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/error.hpp"

// How far counts may be off, and what a difference then shows: the way of nuclear material balances
// (random and systematic part of each measurement, propagated; a limit from the rate of false
// alarms; the power against a given loss).

namespace muster::registry {

/// How far one way of counting may be off.
struct CountingError {
  std::string method{};   ///< "inventory", "accept.sealed", "lot.die", …
  double random = 0;      ///< Chance that an item is counted wrongly, each by itself; 0 to 1.
  double systematic = 0;  ///< Part by which a whole count is off, as one; 0 to 1.
  std::string basis{};    ///< Where the two figures come from.

  /// Of `items` counted this way: items * random * (1 - random) + (items * systematic)^2.
  [[nodiscard]] double variance(std::uint64_t items) const;
};

/// The rarest false alarm that may be asked for; much below it, 1 less it is 1.
inline constexpr double least_false_alarm = 1e-6;

/// The errors that a balance reckons with, and the rate of false alarms that it allows.
struct ErrorModel {
  std::string id{};
  double false_alarm = 0.05;  ///< Of each line, one-sided; at least 1e-6 and below 0.5.
  std::vector<CountingError> methods{};

  /// Reads data/balance_errors.json or one of its form. Figures are decimals in strings.
  /// Errors: `invalid_input`, with the field.
  static Result<ErrorModel> parse(std::string_view json);

  /// The error of a method; that of its first part where the whole name is not listed
  /// ("accept.sealed", then "accept"); none where neither is.
  [[nodiscard]] const CountingError* find(std::string_view method) const;
  /// Its variance; 0 for a method that is not listed, which is taken as exact.
  [[nodiscard]] double variance(std::string_view method, std::uint64_t items) const;
};

/// What a difference shows.
struct DifferenceVerdict {
  double sigma = 0;     ///< Standard deviation of the difference when nothing is wrong.
  double limit = 0;     ///< A difference above it, either way, is not by chance.
  double power = 1;     ///< Chance that a loss of `against` items passes the limit.
  double found_95 = 0;  ///< The least loss that passes it with 95 %.
  bool beyond = false;  ///< The difference is above the limit.
};

/// `difference`: counted less book. `variance`: of the difference; 0 means every count is exact,
/// and any difference shows. limit = z(1 - false_alarm) sigma; power = Phi((against - limit) /
/// sigma).
[[nodiscard]] DifferenceVerdict judge_difference(std::int64_t difference, double variance,
                                                 std::uint64_t against, double false_alarm);

/// Phi(x), the standard normal distribution.
[[nodiscard]] double normal_below(double x);
/// Its inverse, to 1e-12. Requires: 0 < p < 1.
[[nodiscard]] double normal_quantile(double p);

}  // namespace muster::registry
