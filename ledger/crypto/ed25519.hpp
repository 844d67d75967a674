#pragma once

#include <array>
#include <compare>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/random.hpp"
#include "ledger/crypto/signer.hpp"

namespace muster::crypto {

/// An Ed25519 public key that passed the pinned acceptance rule. Source: RFC 8032.
class Ed25519PublicKey final {
 public:
  /// Takes exactly 32 bytes. Refuses small-order and non-canonical encodings, on which libraries
  /// disagree at verification. Errors: `invalid_input`.
  static Result<Ed25519PublicKey> from_bytes(ByteView bytes);
  [[nodiscard]] const std::array<std::uint8_t, 32>& bytes() const { return bytes_; }
  friend auto operator<=>(const Ed25519PublicKey&, const Ed25519PublicKey&) = default;

 private:
  friend class Ed25519Signer;
  explicit Ed25519PublicKey(const std::array<std::uint8_t, 32>& bytes) : bytes_(bytes) {}
  std::array<std::uint8_t, 32> bytes_{};
};

using Ed25519Signature = std::array<std::uint8_t, 64>;

/// Whether `signature` is one of `key` over `message`.
///
/// The pinned rule: cofactorless equation, S below the group order, R neither small-order nor
/// non-canonical. Source: RFC 8032 section 5.1.7; the edge cases are the 12 of ed25519-speccheck.
[[nodiscard]] bool ed25519_verifies(const Ed25519PublicKey& key, ByteView message,
                                    ByteView signature);

/// Holds one private key and wipes it at the end.
class Ed25519Signer final : public Signer {
 public:
  /// From a 32-byte RFC 8032 seed.
  explicit Ed25519Signer(const std::array<std::uint8_t, 32>& seed);
  static Ed25519Signer generate(Random& random);
  Ed25519Signer(const Ed25519Signer&) = default;
  Ed25519Signer& operator=(const Ed25519Signer&) = default;
  ~Ed25519Signer() override;

  [[nodiscard]] PublicKey verifying_key() const override;
  [[nodiscard]] Result<Bytes> signature_over(ByteView message) const override;
  [[nodiscard]] Ed25519PublicKey public_key() const;
  [[nodiscard]] Ed25519Signature sign(ByteView message) const;
  /// The seed itself. Ugly name on purpose: every use of it is worth a look.
  [[nodiscard]] std::array<std::uint8_t, 32> reveal_secret_seed() const;

 private:
  std::array<std::uint8_t, 64> secret_{};
};

}  // namespace muster::crypto
