#include "ledger/crypto/seeded_random.hpp"

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::crypto {

SeededRandom::SeededRandom(std::string_view label) : seed_(sha256(label)) {}

void SeededRandom::fill(std::span<std::uint8_t> out) {
  for (std::uint8_t& byte : out) {
    if (used_ == Hash::size_bytes) {
      block_ = sha256({as_bytes("muster/seeded-random/v1\n"), seed_.view(), u64be(counter_++)});
      used_ = 0;
    }
    byte = block_.bytes[used_++];
  }
}

std::uint64_t SeededRandom::next_u64() {
  std::array<std::uint8_t, 8> word{};
  fill(word);
  return read_u64be(word);
}

std::uint64_t SeededRandom::below(std::uint64_t bound) {
  MUSTER_CHECK(bound > 0);
  // Words from the incomplete last multiple of `bound` would favour small results.
  const std::uint64_t unfair = (UINT64_MAX - bound + 1) % bound;
  while (true) {
    const std::uint64_t word = next_u64();
    if (word <= UINT64_MAX - unfair) return word % bound;
  }
}

}  // namespace muster::crypto
