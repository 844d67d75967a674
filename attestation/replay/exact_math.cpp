#include "attestation/replay/exact_math.hpp"

#include <cmath>
#include <limits>

namespace muster::attestation {
namespace {

constexpr double ln2_high = 0x1.62e42fefa3800p-1;  // the upper 42 bits of ln 2
constexpr double ln2_low = 0x1.ef35793c76730p-45;  // the rest
constexpr double inverse_ln2 = 1.4426950408889634;

/// e^r for |r| <= ln(2)/2 by the Taylor polynomial of degree 12, whose rest is below 2e-16.
double exp_of_rest(double r) {
  double sum = 1.0;
  for (int k = 12; k >= 1; --k) sum = 1.0 + sum * (r / k);
  return sum;
}

}  // namespace

float exact_exp(float x) {
  if (std::isnan(x)) return x;
  if (x > 88.73F) return std::numeric_limits<float>::infinity();
  if (x < -104.0F) return 0.0F;
  const double wide = x;
  const double scaled = wide * inverse_ln2;
  const int whole = static_cast<int>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  const double rest = (wide - whole * ln2_high) - whole * ln2_low;
  return static_cast<float>(std::ldexp(exp_of_rest(rest), whole));  // ldexp rounds nothing here
}

double exact_log(double x) {
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);  // [0.5, 1)
  if (mantissa < 0.70710678118654752) {
    mantissa *= 2;
    exponent -= 1;
  }
  // ln m = 2 artanh((m - 1) / (m + 1)), the argument below 0.172.
  const double t = (mantissa - 1.0) / (mantissa + 1.0);
  const double square = t * t;
  double sum = 0.0;
  for (int k = 23; k >= 1; k -= 2) sum = sum * square + 1.0 / k;
  return 2.0 * t * sum + (exponent * ln2_high + exponent * ln2_low);
}

double exact_power(double base, unsigned long long exponent) {
  double result = 1.0;
  for (double square = base; exponent != 0; exponent >>= 1U, square *= square) {
    if ((exponent & 1U) != 0) result *= square;
  }
  return result;
}

}  // namespace muster::attestation
