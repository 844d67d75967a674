#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ledger/base/hash.hpp"

namespace muster::attestation {

/// Which segments of a run are done again.
struct SegmentChoice {
  std::vector<std::uint64_t> uniform;  ///< Drawn without replacement, rising.
  std::vector<std::uint64_t> largest;  ///< Those with the largest updates among the others.
};

/// `uniform` of `count` segments by the seed, which nobody may know before the transcript is
/// committed to, and `largest` of the rest by their update norms (empty: none). The uniform ones
/// carry the guarantee; who spoofs flattens the large ones (Jia et al. 2021 pick those alone).
/// Requires: uniform + largest <= count; norms empty or one for each segment.
[[nodiscard]] SegmentChoice choose_segments(std::uint64_t count, std::uint64_t uniform,
                                            std::uint64_t largest, const Hash& seed,
                                            std::span<const double> update_norms);

/// The probability that `replayed` of `count` segments, drawn uniformly without replacement, hold
/// one of `forged`: 1 - C(count - forged, replayed) / C(count, replayed).
/// Requires: forged and replayed at most count.
[[nodiscard]] double replay_detection(std::uint64_t count, std::uint64_t forged,
                                      std::uint64_t replayed);

/// Segments that a forger is taken to need, where it needs a share of all: at least one.
[[nodiscard]] std::uint64_t forged_segments(std::uint64_t count, double share);

/// The fewest segments that hold one of those with probability `target`.
[[nodiscard]] std::uint64_t enough_segments(std::uint64_t count, double share, double target);

}  // namespace muster::attestation
