#pragma once

#include <cstdint>
#include <optional>

#include "sampler/stats/hypergeometric.hpp"

namespace muster::stats {

/// The probability that the sample holds exactly `hits` violating chips, with 60 digits.
/// Requires: lot.violating <= lot.size, inspected <= lot.size < 2^63.
[[nodiscard]] Real exactly(const Lot& lot, std::uint64_t inspected, std::uint64_t hits);

/// The probability that the sample holds at most, or at least, `hits` violating chips.
/// Requires: as `exactly`.
/// Cost: a millisecond, and the terms between `hits` and where they vanish.
/// Accuracy: 40 digits.
[[nodiscard]] Real at_most(const Lot& lot, std::uint64_t inspected, std::uint64_t hits);
[[nodiscard]] Real at_least(const Lot& lot, std::uint64_t inspected, std::uint64_t hits);

/// `at_most` as an exact quotient, for the comparisons that digits cannot decide.
/// Cost: min(violating, inspected) products of growing integers.
[[nodiscard]] Rational at_most_exact(const Lot& lot, std::uint64_t inspected, std::uint64_t hits);

/// The fewest chips to inspect so that more than `accepted` violating ones are drawn with
/// probability `target` or more. Exact, ties included. Nothing where no sample reaches it: a lot
/// with no more than `accepted` violating chips never shows more.
/// Requires: lot.violating <= lot.size < 2^63.
[[nodiscard]] std::optional<std::uint64_t> min_sample_accepting(const Lot& lot,
                                                                std::uint64_t accepted,
                                                                const Probability& target);

}  // namespace muster::stats
