#pragma once

#include <cstdint>
#include <optional>

#include "sampler/stats/probability.hpp"
#include "sampler/stats/real.hpp"

namespace muster::stats {

/// A frame of chips, of which an unknown few break the rule.
struct Lot {
  std::uint64_t size;       ///< Chips in the frame.
  std::uint64_t violating;  ///< Chips of a hidden run. At most `size`.
};

/// ln of the probability that `inspected` chips, drawn without replacement, hold no violating one:
/// ln C(N-k, n) / C(N, n); minus infinity where every sample must hold one.
///
/// Requires: lot.violating <= lot.size, inspected <= lot.size < 2^63.
/// Cost: about 25 ns, whatever the sizes.
/// Accuracy: 1e-13 relative, from lots of one to 2^62 chips (see the test).
/// Source: own derivation from Stirling's series with its error term; the branches are in
/// README.md.
[[nodiscard]] double ln_miss(const Lot& lot, std::uint64_t inspected);

/// The same, with 60 digits: for printing, and where doubles cannot decide.
/// Requires: as `ln_miss`, and lot.violating + inspected <= lot.size.
/// Cost: up to a millisecond.
[[nodiscard]] Real ln_miss_real(const Lot& lot, std::uint64_t inspected);

/// The probability that the sample holds no violating chip, with 60 digits; exactly 0 where it
/// cannot happen.
/// Requires: as `ln_miss`.
[[nodiscard]] Real miss(const Lot& lot, std::uint64_t inspected);

/// The probability that the sample holds a violating chip: 1 - miss, with 40 digits or more.
/// Requires: as `ln_miss`.
[[nodiscard]] Real detection(const Lot& lot, std::uint64_t inspected);

/// The probability that the sample holds no violating chip, as an exact quotient.
/// Requires: as `ln_miss`.
/// Cost: min(violating, inspected) products of growing integers: seconds beyond 10^5.
[[nodiscard]] Rational miss_exact(const Lot& lot, std::uint64_t inspected);

/// True when the sample misses with at most the probability that `target` allows, decided exactly.
/// Requires: as `ln_miss`.
[[nodiscard]] bool reaches(const Lot& lot, std::uint64_t inspected, const Probability& target);

/// The fewest chips to inspect so that a violating one is drawn with probability `target` or more.
///
/// Exact, ties included: N = 10, k = 1, t = 0.9 gives 9. Nothing when the lot holds no violating
/// chip and the target is above 0. A target of 0 gives 0; of 1, N - k + 1.
/// Requires: lot.violating <= lot.size < 2^63.
/// Cost: well under a microsecond at 10^7 chips, away from ties.
[[nodiscard]] std::optional<std::uint64_t> min_sample(const Lot& lot, const Probability& target);

}  // namespace muster::stats
