#pragma once

#include <algorithm>
#include <cstdint>

namespace muster::stats {

/// Where a search looks: the answer lies above `below`, and `at_most` is known to be good enough.
struct Bracket {
  std::uint64_t below;
  std::uint64_t at_most;
};

/// The smallest number of the bracket for which `good` holds; it holds from there on.
///
/// Starts at `guess`, which may be anything, and doubles its steps from there.
/// Requires: bracket.below < bracket.at_most; `good` is monotone; good(at_most).
/// Cost: 2 log2 of the distance from the guess to the answer, at least two calls of `good`.
template <class Predicate>
[[nodiscard]] std::uint64_t first_true(Bracket bracket, double guess, Predicate good) {
  auto& [bad, fine] = bracket;
  const double lowest = static_cast<double>(bad) + 1;
  std::uint64_t probe = bad + 1;
  if (guess >= static_cast<double>(fine)) {
    probe = fine;
  } else if (guess > lowest) {
    probe = std::min(static_cast<std::uint64_t>(guess), fine);
  }
  bool bounded_below = false;
  bool bounded_above = false;
  for (std::uint64_t step = 1; fine - bad > 1; step *= 2) {
    if (probe < fine && !good(probe)) {
      bad = probe;
      bounded_below = true;
      if (bounded_above) break;
      probe = fine - bad > step ? bad + step : fine;
    } else {
      fine = probe;
      bounded_above = true;
      if (bounded_below) break;
      probe = fine - bad > step ? fine - step : bad + 1;
    }
  }
  while (fine - bad > 1) {
    const std::uint64_t middle = bad + (fine - bad) / 2;
    (good(middle) ? fine : bad) = middle;
  }
  return fine;
}

}  // namespace muster::stats
