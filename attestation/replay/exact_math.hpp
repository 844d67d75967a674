#pragma once

namespace muster::attestation {

/// e^x. Double arithmetic in one fixed order and one rounding at the end, so that every compiler
/// and machine with IEEE 754 arithmetic gives the same bits; the C library's differ. Within one
/// unit in the last place. Infinity above 88.73, 0 below -104.
[[nodiscard]] float exact_exp(float x);

/// The natural logarithm, as reproducible as `exact_exp`. Requires: x > 0, finite.
[[nodiscard]] double exact_log(double x);

/// base^exponent by squaring, in a fixed order.
[[nodiscard]] double exact_power(double base, unsigned long long exponent);

}  // namespace muster::attestation
