#pragma once

#include <vector>

#include "ledger/crypto/key_file.hpp"
#include "ledger/crypto/public_key.hpp"

namespace muster::fuzz {

inline constexpr const char* sealed_key_passphrase = "correct horse battery staple";

/// One key of each algorithm: what the seeds of the target `key_file` hold.
[[nodiscard]] inline std::vector<crypto::SecretKey> sealed_keys() {
  std::array<std::uint8_t, 32> seed{};
  seed.fill(7);
  return {crypto::Ed25519Signer(seed),
          crypto::EcdsaSigner::from_secret(crypto::Curve::p256, Bytes(32, 7)).value(),
          crypto::EcdsaSigner::from_secret(crypto::Curve::p384, Bytes(48, 7)).value()};
}

/// Whether somebody sealed the secret half of this key for the target.
[[nodiscard]] inline bool is_sealed_key(const crypto::PublicKey& key) {
  static const std::vector<crypto::SecretKey> keys = sealed_keys();
  for (const crypto::SecretKey& known : keys) {
    if (crypto::signer_of(known).verifying_key() == key) return true;
  }
  return false;
}

}  // namespace muster::fuzz
