#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "ledger/crypto/ecdsa.hpp"
#include "ledger/crypto/ed25519.hpp"

namespace muster::crypto {

/// The public key of a party, of any algorithm that statements may be signed with. Reads as 64
/// hex digits (Ed25519), or as "p256:" or "p384:" and the hex digits of the compressed point.
class PublicKey final {
 public:
  PublicKey(const Ed25519PublicKey& key) : key_(key) {}    // NOLINT: is one
  PublicKey(EcdsaPublicKey key) : key_(std::move(key)) {}  // NOLINT: is one

  /// Errors: `invalid_input` for any other spelling, and for points that are refused.
  static Result<PublicKey> parse(std::string_view text);
  /// Reads what `bytes()` gives; the size says which algorithm it is.
  /// Errors: `invalid_input` for any other size, and for points that are refused.
  static Result<PublicKey> from_bytes(ByteView bytes);
  [[nodiscard]] std::string text() const;

  /// "ed25519", "p256" or "p384".
  [[nodiscard]] std::string_view algorithm() const;
  /// The 32 bytes of RFC 8032, or the compressed point.
  [[nodiscard]] Bytes bytes() const;
  /// The key if it is one of Ed25519, else null.
  [[nodiscard]] const Ed25519PublicKey* ed25519() const {
    return std::get_if<Ed25519PublicKey>(&key_);
  }
  friend bool operator==(const PublicKey&, const PublicKey&) = default;

  /// Whether `signature` (raw) is one of this key over `message`.
  [[nodiscard]] bool verifies(ByteView message, ByteView signature) const;

 private:
  std::variant<Ed25519PublicKey, EcdsaPublicKey> key_;
};

/// Bytes that a public key may have: 32, 33 or 49. Each size is that of one algorithm.
[[nodiscard]] constexpr bool is_public_key_size(std::size_t bytes) {
  return bytes == 32 || bytes == 33 || bytes == 49;
}
inline constexpr std::size_t max_public_key_bytes = 49;

/// Bytes that a raw signature may have: 64 or 96.
[[nodiscard]] constexpr bool is_signature_size(std::size_t bytes) {
  return bytes == 64 || bytes == 96;
}
inline constexpr std::size_t max_signature_bytes = 96;

}  // namespace muster::crypto
