#pragma once

#include <array>
#include <cmath>
#include <cstdint>

namespace muster::stats {

/// What Stirling's formula leaves out: ln m! - ((m + 1/2) ln m - m + ln sqrt(2 pi)), in doubles.
/// Requires: m >= 1.
/// Accuracy: 2 units in the last place of the result, 1e-17 absolute from 16 on.
/// Source: Loader, "Fast and Accurate Computation of Binomial Probabilities" (2000), for the
/// scheme; the table below is computed with 100 digits.
[[nodiscard]] inline double stirling_error(std::uint64_t m) {
  // The first entry is not used: the formula has no value at 0.
  static constexpr std::array<double, 16> table = {
      0,
      0.08106146679532725822,
      0.041340695955409294094,
      0.027677925684998339149,
      0.020790672103765093112,
      0.016644691189821192163,
      0.013876128823070747999,
      0.011896709945891770095,
      0.010411265261972096497,
      0.0092554621827127329177,
      0.0083305634333628712565,
      0.007573675487951840795,
      0.0069428401072095298657,
      0.0064089941880042070684,
      0.0059513701127588477356,
      0.005554733551962801371,
  };
  if (m < table.size()) return table[m];
  const double inverse = 1.0 / static_cast<double>(m);
  const double square = inverse * inverse;
  const double tail = 1.0 / 1680 - square * (1.0 / 1188 - square * (691.0 / 360360 - square / 156));
  const double series = 1.0 / 360 - square * (1.0 / 1260 - square * tail);
  return inverse * (1.0 / 12 - square * series);
}

}  // namespace muster::stats
