#include "sampler/stats/thinned.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "sampler/stats/search.hpp"
#include "sampler/stats/stirling.hpp"
#include "sampler/stats/tail.hpp"

namespace muster::stats {
namespace {

constexpr std::uint64_t largest_exact = 20000;

double as_double(std::uint64_t value) { return static_cast<double>(value); }

// One sum over X: its ends, and the term from which it is summed outward.
struct Sum {
  Lot lot;
  std::uint64_t inspected;
  std::uint64_t least;
  std::uint64_t most;
  std::uint64_t mode;
};

// Where successive terms of pmf(x) q^x cross: q (k-x)(n-x) = (x+1)(N-k-n+x+1), a quadratic in x.
std::uint64_t tilted_mode(const Sum& sum, double q) {
  const double k = as_double(sum.lot.violating);
  const double n = as_double(sum.inspected);
  const double rest = as_double(sum.lot.size) - k - n;
  const double a = 1 - q;
  const double b = rest + 2 + q * (k + n);
  const double c = rest + 1 - q * k * n;
  const double root = std::sqrt(std::max(0.0, b * b - 4 * a * c));
  // The form without cancellation; c < 0 whenever the mode is above 0.
  const double x = b + root > 0 ? -2 * c / (b + root) : 0;
  const double inside = std::clamp(std::ceil(x), as_double(sum.least), as_double(sum.most));
  return std::clamp(static_cast<std::uint64_t>(inside), sum.least, sum.most);
}

Sum make_sum(const Lot& lot, std::uint64_t inspected, double q) {
  const std::uint64_t others = lot.size - lot.violating;
  Sum sum{lot, inspected, inspected > others ? inspected - others : 0,
          std::min(lot.violating, inspected), 0};
  sum.mode = tilted_mode(sum, q);
  return sum;
}

// pmf(x+1) / pmf(x)
double ratio(const Sum& sum, std::uint64_t x) {
  return (as_double(sum.lot.violating - x) / as_double(x + 1)) *
         (as_double(sum.inspected - x) /
          as_double(sum.lot.size - sum.lot.violating - sum.inspected + x + 1));
}

Real real_ratio(const Sum& sum, std::uint64_t x) {
  return (Real(sum.lot.violating - x) * Real(sum.inspected - x)) /
         (Real(x + 1) * Real(sum.lot.size - sum.lot.violating - sum.inspected + x + 1));
}

// (1 + u) ln(1 + u) - u, which near 0 is a difference of equals.
double deviance(double u) {
  if (u <= -1) return 1;
  if (std::abs(u) > 0.1) return (1 + u) * std::log1p(u) - u;
  double power = u * u;
  double series = 0;
  for (int j = 2; j < 20; ++j) {
    series += power / (j * (j - 1));
    power *= -u;
  }
  return series;
}

// ln m! - (m ln m - m)
double ln_factorial_rest(std::uint64_t m) {
  if (m == 0) return 0;
  constexpr double two_pi = 6.283185307179586477;
  return std::log(two_pi * as_double(m)) / 2 + stirling_error(m);
}

// What x exceeds its expectation nk/N by, without forming nk.
double excess(const Sum& sum, std::uint64_t x) {
  using Wide = boost::multiprecision::int128_t;
  const Wide difference = Wide(x) * sum.lot.size - Wide(sum.inspected) * sum.lot.violating;
  return difference.convert_to<double>() / as_double(sum.lot.size);
}

// ln pmf(x) as minus a sum of deviances, none of them negative, so that nothing cancels.
// Source: Loader (2000) writes the binomial so; here for the four cells of the 2x2 table.
double ln_pmf(const Sum& sum, std::uint64_t x) {
  // No structured binding: clang 14 does not let the lambda have it.
  const std::uint64_t size = sum.lot.size;
  const std::uint64_t violating = sum.lot.violating;
  const std::uint64_t clean = size - violating;
  const std::uint64_t left = size - sum.inspected;
  const double delta = excess(sum, x);
  const auto cell = [&](std::uint64_t row, std::uint64_t column, double off) {
    const double expected = as_double(row) / as_double(size) * as_double(column);
    return expected * deviance(off / expected);
  };
  const double deviances = cell(violating, sum.inspected, delta) + cell(violating, left, -delta) +
                           cell(clean, sum.inspected, -delta) + cell(clean, left, delta);
  const std::uint64_t missed = violating - x;
  const double margins = ln_factorial_rest(violating) + ln_factorial_rest(clean) +
                         ln_factorial_rest(sum.inspected) + ln_factorial_rest(left) -
                         ln_factorial_rest(size);
  const double cells = ln_factorial_rest(x) + ln_factorial_rest(missed) +
                       ln_factorial_rest(sum.inspected - x) + ln_factorial_rest(left - missed);
  return margins - cells - deviances;
}

// The sum of all terms in units of the term at the mode; `ratio_at(x)` is term(x+1) / term(x).
template <class Number, class Ratio>
Number outward_sum(const Sum& sum, const Number& negligible, Ratio ratio_at) {
  Number up = 0;
  Number term = 1;
  for (std::uint64_t x = sum.mode; x < sum.most && term > negligible; ++x) {
    term *= ratio_at(x);
    up += term;
  }
  Number down = 0;
  term = 1;
  for (std::uint64_t x = sum.mode; x > sum.least && term > negligible; --x) {
    term /= ratio_at(x - 1);
    down += term;
  }
  return 1 + up + down;
}

Real power(const Real& base, std::uint64_t exponent) { return exp(Real(exponent) * log(base)); }

bool small_enough(const Lot& lot, std::uint64_t inspected) {
  return std::min(lot.violating, inspected) <= largest_exact;
}

}  // namespace

double ln_miss(const Lot& lot, std::uint64_t inspected, const Probability& recognition) {
  if (recognition.is_zero() || lot.violating == 0 || inspected == 0) return 0;
  if (recognition.is_one()) return ln_miss(lot, inspected);
  const double ln_q = recognition.ln_complement();
  if (inspected == lot.size) return as_double(lot.violating) * ln_q;
  if (lot.violating == lot.size) return as_double(inspected) * ln_q;
  const double q = std::exp(ln_q);
  const Sum sum = make_sum(lot, inspected, q);
  const double around = outward_sum(sum, 1e-18, [&](std::uint64_t x) { return ratio(sum, x) * q; });
  return ln_pmf(sum, sum.mode) + as_double(sum.mode) * ln_q + std::log(around);
}

Real miss(const Lot& lot, std::uint64_t inspected, const Probability& recognition) {
  if (recognition.is_zero() || lot.violating == 0 || inspected == 0) return 1;
  if (recognition.is_one()) return miss(lot, inspected);
  const Real& q = recognition.complement();
  if (inspected == lot.size) return power(q, lot.violating);
  if (lot.violating == lot.size) return power(q, inspected);
  const Sum sum = make_sum(lot, inspected, q.convert_to<double>());
  const Real around = outward_sum(sum, Real("1e-48"),
                                  [&](std::uint64_t x) { return Real(real_ratio(sum, x) * q); });
  return exactly(lot, inspected, sum.mode) * power(q, sum.mode) * around;
}

Rational miss_exact(const Lot& lot, std::uint64_t inspected, const Probability& recognition) {
  const Rational q = 1 - recognition.exact().value().value();
  if (q == 0) return miss_exact(lot, inspected);
  const std::uint64_t small = std::min(lot.violating, inspected);
  const std::uint64_t large = std::max(lot.violating, inspected);
  const std::uint64_t others = lot.size - large;
  const std::uint64_t least = small > others ? small - others : 0;
  // Sum of C(small, x) large^(x) others^(small-x) a^x b^(small-x), falling powers, q = a/b.
  const BigInt a = numerator(q);
  const BigInt b = denominator(q);
  BigInt term = 1;
  for (std::uint64_t i = 0; i < least; ++i) term = term * (small - i) / (i + 1);
  for (std::uint64_t i = 0; i < least; ++i) term *= a * (large - i);
  for (std::uint64_t i = 0; i < small - least; ++i) term *= b * (others - i);
  BigInt sum = term;
  for (std::uint64_t x = least; x < small; ++x) {
    term = term * (a * (small - x) * (large - x)) / (b * (x + 1) * (others - small + x + 1));
    sum += term;
  }
  BigInt whole = 1;
  for (std::uint64_t i = 0; i < small; ++i) whole *= b * (lot.size - i);
  return Rational(sum, whole);
}

Real census_miss(std::uint64_t violating, const Probability& recognition) {
  if (violating == 0 || recognition.is_zero()) return 1;
  if (recognition.is_one()) return 0;
  return power(recognition.complement(), violating);
}

bool reaches(const Lot& lot, std::uint64_t inspected, const Probability& recognition,
             const Probability& target) {
  if (recognition.is_one()) return reaches(lot, inspected, target);
  if (target.is_zero()) return true;
  if (target.is_one()) return false;
  const double difference = ln_miss(lot, inspected, recognition) - target.ln_complement();
  if (std::abs(difference) > 1e-9 + 1e-9 * std::abs(target.ln_complement())) return difference < 0;
  const Real missed = miss(lot, inspected, recognition);
  if (!recognition.exact() || !small_enough(lot, inspected)) {
    return missed <= target.complement();
  }
  return target.allows(missed, [&] { return miss_exact(lot, inspected, recognition); });
}

std::optional<std::uint64_t> min_sample(const Lot& lot, const Probability& recognition,
                                        const Probability& target) {
  if (recognition.is_one()) return min_sample(lot, target);
  if (target.is_zero()) return 0;
  if (lot.violating == 0 || recognition.is_zero() || target.is_one()) return std::nullopt;
  if (!reaches(lot, lot.size, recognition, target)) return std::nullopt;
  const double seen = -std::expm1(recognition.ln_complement()) * as_double(lot.violating);
  const double guess = -std::expm1(target.ln_complement() / seen) * as_double(lot.size);
  return first_true(Bracket{0, lot.size}, guess,
                    [&](std::uint64_t n) { return reaches(lot, n, recognition, target); });
}

}  // namespace muster::stats
