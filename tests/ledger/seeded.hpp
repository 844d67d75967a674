#pragma once

#include "ledger/crypto/ed25519.hpp"

namespace muster::test {

/// The key whose seed is one byte over and over, as written vectors have it.
inline crypto::Ed25519Signer seeded(std::uint8_t byte) {
  std::array<std::uint8_t, 32> seed{};
  seed.fill(byte);
  return crypto::Ed25519Signer(seed);
}

}  // namespace muster::test
