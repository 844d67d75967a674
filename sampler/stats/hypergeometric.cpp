#include "sampler/stats/hypergeometric.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sampler/stats/search.hpp"
#include "sampler/stats/stirling.hpp"

namespace muster::stats {
namespace {

// Up to this many factors are multiplied one by one; beyond, the closed form.
constexpr std::uint64_t few = 16;

double to_d(std::uint64_t value) { return static_cast<double>(value); }

// ln(1 - part / whole), by way of whichever of the two numbers is the exact one.
double ln_rest(std::uint64_t part, std::uint64_t whole) {
  const double share = to_d(part) / to_d(whole);
  if (share <= 0.5) return std::log1p(-share);
  return std::log(to_d(whole - part) / to_d(whole));
}

double ln_miss_by_factors(std::uint64_t count, std::uint64_t other, std::uint64_t size) {
  double sum = 0;
  for (std::uint64_t j = 0; j < count; ++j) sum += ln_rest(other, size - j);
  return sum;
}

// No chip is left outside sample and violators: 1 / C(N, n).
double ln_miss_at_census(std::uint64_t k, std::uint64_t n, std::uint64_t size) {
  constexpr double half_ln_2_pi = 0.91893853320467274178;
  return to_d(k) * ln_rest(n, size) + to_d(n) * ln_rest(k, size) +
         std::log(to_d(k) * (to_d(n) / to_d(size))) / 2 + half_ln_2_pi + stirling_error(k) +
         stirling_error(n) - stirling_error(size);
}

double ln_miss_closed(std::uint64_t k, std::uint64_t n, std::uint64_t size) {
  const std::uint64_t rest = size - n - k;
  if (rest == 0) return ln_miss_at_census(k, n, size);
  // nk / ((N-n)(N-k)) = 1 - N rest / ((N-n)(N-k)): the form with the smaller loss.
  const double product = (to_d(n) / to_d(size - n)) * (to_d(k) / to_d(size - k));
  const double ln_both =
      product <= 0.5 ? std::log1p(-product)
                     : std::log((to_d(size) / to_d(size - n)) * (to_d(rest) / to_d(size - k)));
  return to_d(k) * ln_rest(n, size) + to_d(n) * ln_rest(k, size) - to_d(rest) * ln_both -
         ln_both / 2 + (stirling_error(size - n) - stirling_error(size)) +
         (stirling_error(size - k) - stirling_error(rest));
}

struct Sides {
  std::uint64_t small;
  std::uint64_t large;
};

// The formula does not care which of the two sets is drawn and which is marked.
Sides sides(const Lot& lot, std::uint64_t inspected) {
  return {std::min(lot.violating, inspected), std::max(lot.violating, inspected)};
}

bool certain_hit(const Lot& lot, std::uint64_t inspected) {
  return lot.violating > lot.size - inspected;
}

}  // namespace

double ln_miss(const Lot& lot, std::uint64_t inspected) {
  if (certain_hit(lot, inspected)) return -std::numeric_limits<double>::infinity();
  const auto [small, large] = sides(lot, inspected);
  if (small <= few) return ln_miss_by_factors(small, large, lot.size);
  return ln_miss_closed(lot.violating, inspected, lot.size);
}

Rational miss_exact(const Lot& lot, std::uint64_t inspected) {
  if (certain_hit(lot, inspected)) return 0;
  const auto [small, large] = sides(lot, inspected);
  BigInt numerator = 1;
  BigInt denominator = 1;
  for (std::uint64_t j = 0; j < small; ++j) {
    numerator *= lot.size - large - j;
    denominator *= lot.size - j;
  }
  return Rational(numerator, denominator);
}

Real ln_miss_real(const Lot& lot, std::uint64_t inspected) {
  if (lot.violating == 0 || inspected == 0) return 0;
  return ln_factorial(lot.size - inspected) + ln_factorial(lot.size - lot.violating) -
         ln_factorial(lot.size) - ln_factorial(lot.size - lot.violating - inspected);
}

Real miss(const Lot& lot, std::uint64_t inspected) {
  if (certain_hit(lot, inspected)) return 0;
  if (sides(lot, inspected).small <= 64) return to_real(miss_exact(lot, inspected));
  return exp(ln_miss_real(lot, inspected));
}

Real detection(const Lot& lot, std::uint64_t inspected) {
  if (certain_hit(lot, inspected)) return 1;
  if (sides(lot, inspected).small <= 64) return to_real(1 - miss_exact(lot, inspected));
  return -exp_minus_1(ln_miss_real(lot, inspected));
}

bool reaches(const Lot& lot, std::uint64_t inspected, const Probability& target) {
  if (certain_hit(lot, inspected) || target.is_zero()) return true;
  if (target.is_one()) return false;
  const double difference = ln_miss(lot, inspected) - target.ln_complement();
  if (std::abs(difference) > 1e-12 * std::abs(target.ln_complement())) return difference < 0;
  return target.allows(miss(lot, inspected), [&] { return miss_exact(lot, inspected); });
}

std::optional<std::uint64_t> min_sample(const Lot& lot, const Probability& target) {
  if (target.is_zero()) return 0;
  if (lot.violating == 0) return std::nullopt;
  const std::uint64_t certain = lot.size - lot.violating + 1;
  if (target.is_one()) return certain;
  const double k = to_d(lot.violating);
  const double guess = -std::expm1(target.ln_complement() / k) * (to_d(lot.size) - (k - 1) / 2);
  return first_true(Bracket{0, certain}, guess,
                    [&](std::uint64_t n) { return reaches(lot, n, target); });
}

}  // namespace muster::stats
