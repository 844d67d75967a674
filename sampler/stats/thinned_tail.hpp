#pragma once

#include <cstdint>
#include <optional>

#include "sampler/stats/bounds.hpp"

namespace muster::stats {

/// The probability that at most `hits` violating chips are both drawn and recognised, each drawn
/// one with chance `recognition` of its own.
/// Requires: lot.violating <= lot.size, inspected <= lot.size < 2^62.
/// Cost: a step for each number of violating chips that the sample may well hold.
/// Accuracy: 30 digits.
[[nodiscard]] Real recognised_at_most(const Lot& lot, std::uint64_t inspected, std::uint64_t hits,
                                      const Probability& recognition);

/// The most violating chips that the frame can hold, recognised or not, when `found.hits` were
/// recognised: max{K : P(recognised <= hits | K) > 1 - confidence}. Up to all chips but those that
/// were inspected and are no hits: with d below 1 the sample itself may hide some, so up to
/// `found.size`. Nothing at confidence 0.
/// Requires: found.hits <= found.inspected <= found.size < 2^62.
[[nodiscard]] std::optional<std::uint64_t> upper_bound(const Found& found,
                                                       const Probability& recognition,
                                                       const Probability& confidence);

}  // namespace muster::stats
