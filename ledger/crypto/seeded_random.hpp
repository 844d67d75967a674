#pragma once

#include <string_view>

#include "ledger/base/hash.hpp"
#include "ledger/base/random.hpp"

namespace muster::crypto {

/// Bytes that follow from a seed: SHA-256("muster/seeded-random/v1\n" || seed || u64be(counter))
/// for counter 0, 1, … Same seed, same bytes, on every machine. For simulated worlds and tests.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(const Hash& seed) : seed_(seed) {}
  /// The seed is the SHA-256 of `label`.
  explicit SeededRandom(std::string_view label);

  void fill(std::span<std::uint8_t> out) override;
  /// The next 8 bytes as a big-endian number.
  std::uint64_t next_u64();
  /// Uniform in [0, bound), without bias. Requires: bound > 0.
  std::uint64_t below(std::uint64_t bound);

 private:
  Hash seed_;
  std::uint64_t counter_ = 0;
  Hash block_{};
  std::size_t used_ = Hash::size_bytes;
};

}  // namespace muster::crypto
