#include "sampler/simulate/interval.hpp"

#include <cmath>

#include "ledger/base/check.hpp"
#include "sampler/stats/stirling.hpp"

namespace muster::sampler {
namespace {

/// ln n!, by Stirling's formula with its error term.
double ln_factorial(std::uint64_t n) {
  if (n < 2) return 0;
  constexpr double ln_root_two_pi = 0.91893853320467274178;
  const double x = static_cast<double>(n);
  return (x + 0.5) * std::log(x) - x + ln_root_two_pi + stats::stirling_error(n);
}

double ln_pmf(std::uint64_t n, std::uint64_t x, double p) {
  const double successes = static_cast<double>(x);
  const double failures = static_cast<double>(n - x);
  return ln_factorial(n) - ln_factorial(x) - ln_factorial(n - x) + successes * std::log(p) +
         failures * std::log1p(-p);
}

/// P(X <= x) for p above x/n: the terms fall from x downwards.
double at_most(std::uint64_t n, std::uint64_t x, double p) {
  double term = std::exp(ln_pmf(n, x, p));
  double sum = term;
  for (std::uint64_t i = x; i > 0 && term > sum * 1e-17; --i) {
    term *= static_cast<double>(i) * (1 - p) / (static_cast<double>(n - i + 1) * p);
    sum += term;
  }
  return sum;
}

/// The p above x/n at which P(X <= x) falls to `level`.
double upper(const Plays& plays, double level) {
  if (plays.caught == plays.count) return 1;
  double low = static_cast<double>(plays.caught) / static_cast<double>(plays.count);
  double high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (at_most(plays.count, plays.caught, middle) > level ? low : high) = middle;
  }
  return high;
}

/// The z with P(Z > z) = level.
double normal_quantile(double level) {
  double low = 0;
  double high = 40;
  for (int i = 0; i < 80; ++i) {
    const double middle = (low + high) / 2;
    (std::erfc(middle / std::sqrt(2.0)) / 2 > level ? low : high) = middle;
  }
  return high;
}

}  // namespace

RateInterval rate_interval(const Plays& plays, double level) {
  MUSTER_CHECK(plays.count > 0 && plays.caught <= plays.count && level > 0 && level < 1);
  // The lower bound is 1 less the upper bound of the failures.
  const Plays failures{plays.count, plays.count - plays.caught};
  return {1 - upper(failures, level), upper(plays, level)};
}

bool keeps(const Promise& promise, const Plays& plays) {
  return rate_interval(plays, promise.level).lower >= promise.rate - promise.margin;
}

CaughtAgainst caught_against(const Plays& plays, const Plays& other, double level) {
  const RateInterval ours = rate_interval(plays, level);
  const RateInterval theirs = rate_interval(other, level);
  if (ours.upper < theirs.lower) return CaughtAgainst::less;
  return ours.lower > theirs.upper ? CaughtAgainst::more : CaughtAgainst::alike;
}

std::uint64_t plays_needed(const Promise& promise) {
  const double z = normal_quantile(promise.level) + 3.1;
  const double spread = promise.rate * (1 - promise.rate);
  return static_cast<std::uint64_t>(
      std::ceil(spread * (z / promise.margin) * (z / promise.margin)));
}

}  // namespace muster::sampler
