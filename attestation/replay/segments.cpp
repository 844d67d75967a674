#include "attestation/replay/segments.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ledger/base/check.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"
#include "sampler/stats/hypergeometric.hpp"

namespace muster::attestation {

SegmentChoice choose_segments(std::uint64_t count, std::uint64_t uniform, std::uint64_t largest,
                              const Hash& seed, std::span<const double> update_norms) {
  MUSTER_CHECK(uniform + largest <= count);
  MUSTER_CHECK(update_norms.empty() || update_norms.size() == count);
  std::vector<std::uint64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), std::uint64_t{0});
  crypto::SeededRandom random(
      crypto::sha256({as_bytes("muster/segments/v1\n"), ByteView(seed.bytes)}));
  // The first places of a shuffle by Fisher and Yates.
  for (std::uint64_t i = 0; i < uniform; ++i) {
    std::swap(order[i], order[i + random.below(count - i)]);
  }
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(uniform);
  SegmentChoice choice{{order.begin(), middle}, {}};
  std::ranges::sort(choice.uniform);
  if (!update_norms.empty()) {
    std::sort(middle, order.end(), [&](std::uint64_t a, std::uint64_t b) {
      return update_norms[a] != update_norms[b] ? update_norms[a] > update_norms[b] : a < b;
    });
    choice.largest.assign(middle, middle + static_cast<std::ptrdiff_t>(largest));
    std::ranges::sort(choice.largest);
  }
  return choice;
}

double replay_detection(std::uint64_t count, std::uint64_t forged, std::uint64_t replayed) {
  return -std::expm1(stats::ln_miss({count, forged}, replayed));
}

std::uint64_t forged_segments(std::uint64_t count, double share) {
  return static_cast<std::uint64_t>(std::max(1.0, std::ceil(share * static_cast<double>(count))));
}

std::uint64_t enough_segments(std::uint64_t count, double share, double target) {
  const std::uint64_t forged = forged_segments(count, share);
  std::uint64_t chosen = 1;
  while (chosen < count && replay_detection(count, forged, chosen) < target) ++chosen;
  return chosen;
}

}  // namespace muster::attestation
