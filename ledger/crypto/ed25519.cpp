#include "ledger/crypto/ed25519.hpp"

#include <sodium.h>

#include <algorithm>

#include "ledger/base/check.hpp"
#include "ledger/crypto/public_key.hpp"

namespace muster::crypto {
namespace {

void ensure_library() {
  static const bool ready = sodium_init() >= 0;
  MUSTER_CHECK(ready);
}

}  // namespace

Result<Ed25519PublicKey> Ed25519PublicKey::from_bytes(ByteView bytes) {
  ensure_library();
  if (bytes.size() != 32) {
    return failure(Errc::invalid_input,
                   "Ed25519 key: got " + std::to_string(bytes.size()) + " bytes, want 32");
  }
  if (crypto_core_ed25519_is_valid_point(bytes.data()) != 1) {
    return failure(Errc::invalid_input, "Ed25519 key: not a canonical point of the main subgroup");
  }
  std::array<std::uint8_t, 32> key{};
  std::ranges::copy(bytes, key.begin());
  return Ed25519PublicKey(key);
}

bool ed25519_verifies(const Ed25519PublicKey& key, ByteView message, ByteView signature) {
  ensure_library();
  if (signature.size() != crypto_sign_BYTES) return false;
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                     key.bytes().data()) == 0;
}

Ed25519Signer::Ed25519Signer(const std::array<std::uint8_t, 32>& seed) {
  ensure_library();
  std::array<std::uint8_t, 32> unused{};
  MUSTER_CHECK(crypto_sign_seed_keypair(unused.data(), secret_.data(), seed.data()) == 0);
}

Ed25519Signer Ed25519Signer::generate(Random& random) {
  std::array<std::uint8_t, 32> seed{};
  random.fill(seed);
  Ed25519Signer signer(seed);
  sodium_memzero(seed.data(), seed.size());
  return signer;
}

Ed25519Signer::~Ed25519Signer() { sodium_memzero(secret_.data(), secret_.size()); }

Ed25519PublicKey Ed25519Signer::public_key() const {
  std::array<std::uint8_t, 32> key{};
  std::copy(secret_.begin() + 32, secret_.end(), key.begin());
  return Ed25519PublicKey(key);
}

PublicKey Ed25519Signer::verifying_key() const { return public_key(); }

Result<Bytes> Ed25519Signer::signature_over(ByteView message) const {
  return to_bytes(sign(message));
}

Ed25519Signature Ed25519Signer::sign(ByteView message) const {
  Ed25519Signature signature{};
  MUSTER_CHECK(crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(),
                                    secret_.data()) == 0);
  return signature;
}

std::array<std::uint8_t, 32> Ed25519Signer::reveal_secret_seed() const {
  std::array<std::uint8_t, 32> seed{};
  std::copy(secret_.begin(), secret_.begin() + 32, seed.begin());
  return seed;
}

}  // namespace muster::crypto
