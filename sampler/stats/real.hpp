#pragma once

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cstdint>
#include <string>

#include "sampler/stats/decimal.hpp"

namespace muster::stats {

/// A binary floating-point number of 100 decimal digits. Probabilities are computed in it when they
/// are printed or when doubles cannot decide: 1 - P of a P within 1e-40 of one still has its
/// digits, and 1e-400000 is not zero.
using Real = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<100>,
                                           boost::multiprecision::et_off>;

/// The nearest Real.
[[nodiscard]] Real to_real(const Rational& value);

/// `value` with 20 significant digits, `0.95000000000000000000` or `9.9535532486915277051e-7`; zero
/// is `0.0`. Without an exponent from 1e-6 up to 1e20.
[[nodiscard]] std::string digits(const Real& value, int significant = 20);
[[nodiscard]] std::string digits(const Rational& value, int significant = 20);

/// ln of n!
/// Accuracy: 95 digits relative to the result.
[[nodiscard]] Real ln_factorial(std::uint64_t n);

/// ln of Gamma(x).
/// Requires: x > 0.
/// Accuracy: 95 digits relative to the larger of 1 and the result.
[[nodiscard]] Real ln_gamma(const Real& x);

/// ln of C(n, k), the number of ways to choose k of n.
/// Requires: k <= n.
[[nodiscard]] Real ln_binomial(std::uint64_t n, std::uint64_t k);

/// exp(x) - 1 and ln(1 + x), without losing the digits of a small x.
[[nodiscard]] Real exp_minus_1(const Real& x);
[[nodiscard]] Real ln_1_plus(const Real& x);

/// The smallest integer not below `x`, where an x within 1e-40 of an integer, relative, is taken
/// for that integer: it is a root or a logarithm whose exact value would be one.
[[nodiscard]] BigInt ceil_of(const Real& x);

}  // namespace muster::stats
