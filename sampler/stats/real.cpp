#include "sampler/stats/real.hpp"

#include <algorithm>
#include <vector>

namespace muster::stats {
namespace {

// Below this, factorials are multiplied out; above, the terms of Stirling's series fall fast
// enough that 34 of them give 110 digits.
constexpr std::uint64_t stirling_from = 400;
constexpr unsigned stirling_terms = 34;

// The even Bernoulli numbers B_2, B_4, ... from the tangent numbers, which are integers:
// B_2j = (-1)^(j+1) 2j T_j / (4^j (4^j - 1)).
// Source: Brent and Harvey, "Fast computation of Bernoulli, Tangent and Secant numbers" (2011),
// algorithm TangentNumbers.
std::vector<Real> stirling_coefficients() {
  const unsigned n = stirling_terms;
  std::vector<BigInt> tangent(n + 1);
  tangent[1] = 1;
  for (unsigned k = 2; k <= n; ++k) tangent[k] = (k - 1) * tangent[k - 1];
  for (unsigned k = 2; k <= n; ++k) {
    for (unsigned j = k; j <= n; ++j) {
      tangent[j] = (j - k) * tangent[j - 1] + (j - k + 2) * tangent[j];
    }
  }
  std::vector<Real> coefficients;
  for (unsigned j = 1; j <= n; ++j) {
    const BigInt four_j = BigInt(1) << (2 * j);
    const Rational bernoulli(2 * j * tangent[j], four_j * (four_j - 1));
    const Rational term = bernoulli / (2 * j * (2 * j - 1));
    coefficients.push_back(to_real(j % 2 == 1 ? term : Rational(-term)));
  }
  return coefficients;
}

const Real& half_ln_2_pi() {
  static const Real value = log(2 * acos(Real(-1))) / 2;
  return value;
}

// ln Gamma(x + 1) for large x.
Real stirling(const Real& x) {
  static const std::vector<Real> coefficients = stirling_coefficients();
  const Real inverse = 1 / x;
  const Real inverse_square = inverse * inverse;
  Real series = 0;
  for (auto term = coefficients.rbegin(); term != coefficients.rend(); ++term) {
    series = series * inverse_square + *term;
  }
  return (x + Real(1) / 2) * log(x) - x + half_ln_2_pi() + series * inverse;
}

std::string mantissa_digits(const std::string& scientific, int& exponent) {
  const auto e = scientific.find('e');
  exponent = std::stoi(scientific.substr(e + 1));
  std::string mantissa = scientific.substr(0, e);
  mantissa.erase(1, 1);
  return mantissa;
}

}  // namespace

Real to_real(const Rational& value) { return Real(numerator(value)) / Real(denominator(value)); }

std::string digits(const Real& value, int significant) {
  if (value == 0) return "0.0";
  const std::string sign = value < 0 ? "-" : "";
  const Real size = abs(value);
  int exponent = 0;
  const std::string all =
      mantissa_digits(size.str(significant - 1, std::ios_base::scientific), exponent);
  if (exponent >= significant || exponent < -6) {
    return sign + all.substr(0, 1) + "." + all.substr(1) + "e" + std::to_string(exponent);
  }
  if (exponent < 0) {
    return sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + all;
  }
  const auto point = static_cast<std::size_t>(exponent) + 1;
  if (point == all.size()) return sign + all;
  return sign + all.substr(0, point) + "." + all.substr(point);
}

std::string digits(const Rational& value, int significant) {
  return digits(to_real(value), significant);
}

Real ln_factorial(std::uint64_t n) {
  if (n >= stirling_from) return stirling(Real(n));
  BigInt product = 1;
  for (std::uint64_t i = 2; i <= n; ++i) product *= i;
  return log(Real(product));
}

Real ln_gamma(const Real& x) {
  Real shifted = x;
  Real product = 1;
  while (shifted < stirling_from) {
    product *= shifted;
    shifted += 1;
  }
  return stirling(shifted - 1) - log(product);
}

Real ln_binomial(std::uint64_t n, std::uint64_t k) {
  return ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k);
}

Real exp_minus_1(const Real& x) {
  if (abs(x) > Real(1) / 16) return exp(x) - 1;
  Real term = x;
  Real sum = 0;
  for (unsigned j = 2; sum + term != sum; ++j) {
    sum += term;
    term *= x / j;
  }
  return sum;
}

Real ln_1_plus(const Real& x) {
  if (abs(x) > Real(1) / 16) return log(1 + x);
  // 2 artanh(x / (2 + x)), whose series in the square converges at 1e-3 a term here.
  const Real ratio = x / (2 + x);
  const Real square = ratio * ratio;
  Real power = 2 * ratio;
  Real sum = 0;
  for (unsigned j = 1; sum + power / j != sum; j += 2) {
    sum += power / j;
    power *= square;
  }
  return sum;
}

BigInt ceil_of(const Real& x) {
  const Real nearest = round(x);
  const Real scale = std::max(Real(1), Real(abs(x)));
  const Real chosen = abs(x - nearest) < scale * Real("1e-40") ? nearest : Real(ceil(x));
  return chosen.convert_to<BigInt>();
}

}  // namespace muster::stats
