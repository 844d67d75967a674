#pragma once

#include <cstdint>

#include "sampler/stats/bounds.hpp"

namespace muster::stats {

/// A beta-binomial prior of the number of violating chips; 1 and 1 make every number equally
/// likely.
struct BetaPrior {
  Decimal a;  ///< Above 0.
  Decimal b;  ///< Above 0.
};

/// What the prior and an inspection leave likely.
struct CredibleBound {
  std::uint64_t upper;  ///< Smallest K with P(violating <= K | found) >= confidence.
  Real probability;     ///< That posterior probability at `upper`.
};

/// The posterior bound: the rest of the frame is beta-binomial (N - n, a + x, b + n - x).
/// Requires: found.hits <= found.inspected <= found.size < 2^62; a and b above 0.
/// Cost: milliseconds for whole a and b; else a microsecond for each K up to the bound.
[[nodiscard]] CredibleBound credible_upper(const Found& found, const BetaPrior& prior,
                                           const Probability& confidence);

}  // namespace muster::stats
