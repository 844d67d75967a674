#pragma once

#include <cstdint>
#include <optional>

#include "sampler/stats/hypergeometric.hpp"

namespace muster::stats {

/// The probability that `draws` chips, each put back, are never a violating one: (1 - k/N)^draws.
/// Never smaller than without putting back.
/// Requires: 0 < lot.size, lot.violating <= lot.size.
[[nodiscard]] Real miss_with_replacement(const Lot& lot, std::uint64_t draws);

/// The fewest draws that reach `target`; nothing where none do: no violating chip, or certainty
/// asked of a frame that holds others. Exact, ties included.
/// Requires: lot.violating <= lot.size.
[[nodiscard]] std::optional<std::uint64_t> min_sample_with_replacement(const Lot& lot,
                                                                       const Probability& target);

/// The sample sizes of nuclear safeguards, N (1 - beta^(1/k)) and its correction
/// (1 - beta^(1/k)) (2N - k + 1) / 2, each rounded up, with beta = 1 - target.
/// Source: Jaech and Russell, "Algorithms to calculate sample sizes for inspection sampling plans",
/// IAEA STR-261 (1991).
struct IaeaSizes {
  std::uint64_t simple;
  std::uint64_t corrected;
};

/// Nothing when the lot holds no violating chip and the target is above 0.
[[nodiscard]] std::optional<IaeaSizes> iaea_sizes(const Lot& lot, const Probability& target);

}  // namespace muster::stats
