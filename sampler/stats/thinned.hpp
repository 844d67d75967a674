#pragma once

#include <cstdint>
#include <optional>

#include "sampler/stats/hypergeometric.hpp"

namespace muster::stats {

// Imperfect detection: each violating chip of the sample is recognised with a chance of its own,
// independent of the others. Only the luck of single chips is such a chance; a story that fools the
// appraisal of all chips alike is not, and must never be put in here.

/// ln of the probability that no violating chip is both drawn and recognised:
/// E[(1-d)^X], X the violating chips in the sample.
///
/// Requires: lot.violating <= lot.size, inspected <= lot.size < 2^62.
/// Cost: some multiples of the standard deviation of X.
/// Accuracy: 1e-11 absolute for samples that expect up to 10^6 violating chips (see the test).
[[nodiscard]] double ln_miss(const Lot& lot, std::uint64_t inspected,
                             const Probability& recognition);

/// The same probability, with 40 digits.
/// Requires: as `ln_miss`.
/// Cost: milliseconds, and a microsecond for each term around the mode.
[[nodiscard]] Real miss(const Lot& lot, std::uint64_t inspected, const Probability& recognition);

/// The same probability as an exact quotient.
/// Requires: as `ln_miss`, and recognition.exact().
/// Cost: min(violating, inspected) products of growing integers.
[[nodiscard]] Rational miss_exact(const Lot& lot, std::uint64_t inspected,
                                  const Probability& recognition);

/// The probability that inspection of every chip recognises none: (1-d)^k. A target beyond its
/// complement cannot be reached by any sample.
[[nodiscard]] Real census_miss(std::uint64_t violating, const Probability& recognition);

/// True if the sample misses with at most the probability that `target` allows. Ties are decided
/// exactly for samples or runs of up to 20,000 chips; beyond, by 40 digits.
[[nodiscard]] bool reaches(const Lot& lot, std::uint64_t inspected, const Probability& recognition,
                           const Probability& target);

/// The fewest chips to inspect so that a violating one is drawn and recognised with probability
/// `target` or more; nothing where inspecting every chip does not reach it.
/// Requires: lot.violating <= lot.size < 2^62.
[[nodiscard]] std::optional<std::uint64_t> min_sample(const Lot& lot,
                                                      const Probability& recognition,
                                                      const Probability& target);

}  // namespace muster::stats
