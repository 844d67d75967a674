#pragma once

#include <cstdint>
#include <optional>

#include "sampler/stats/hypergeometric.hpp"

namespace muster::stats {

/// What an inspection found.
struct Found {
  std::uint64_t size;       ///< Chips in the frame.
  std::uint64_t inspected;  ///< Chips inspected. At most `size`.
  std::uint64_t hits;       ///< Violating chips among them. At most `inspected`.
};

/// The most violating chips that the frame can hold: max{K : P(X <= hits | K) > 1 - confidence}.
/// A K with equality is excluded, as the exact comparison decides. Nothing at confidence 0, which
/// excludes every K.
/// Requires: found.hits <= found.inspected <= found.size < 2^63.
[[nodiscard]] std::optional<std::uint64_t> upper_bound(const Found& found,
                                                       const Probability& confidence);

/// The fewest: min{K : P(X >= hits | K) > 1 - confidence}. Each bound holds by itself with
/// `confidence`; the two together do not.
/// Requires: as `upper_bound`.
[[nodiscard]] std::optional<std::uint64_t> lower_bound(const Found& found,
                                                       const Probability& confidence);

}  // namespace muster::stats
