#pragma once

#include <array>
#include <compare>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster::crypto {

/// A public key on the curve P-384: what makers of accelerators put into their device certificates.
/// Source: FIPS 186-5; SEC 1 section 2.3.3 for the encoding.
class P384PublicKey final {
 public:
  static constexpr std::size_t size_bytes = 97;

  /// Takes the uncompressed point, 0x04 and two coordinates of 48 bytes. Refuses what is not on the
  /// curve. Errors: `invalid_input`.
  static Result<P384PublicKey> from_point(ByteView point);
  [[nodiscard]] const std::array<std::uint8_t, size_bytes>& bytes() const { return bytes_; }
  friend auto operator<=>(const P384PublicKey&, const P384PublicKey&) = default;

 private:
  explicit P384PublicKey(const std::array<std::uint8_t, size_bytes>& bytes) : bytes_(bytes) {}
  std::array<std::uint8_t, size_bytes> bytes_{};
};

/// Bytes of a raw signature: r and s, 48 bytes each, big-endian.
inline constexpr std::size_t p384_signature_bytes = 96;

/// Whether `signature` is one of `key` over the SHA-384 digest of `message`.
///
/// Of each valid signature (r, s) there is a second form (r, n - s), which is valid too: a
/// signature is evidence, never an identity. Source: FIPS 186-5 section 6.4.2.
[[nodiscard]] bool p384_sha384_verifies(const P384PublicKey& key, ByteView message,
                                        ByteView signature);

}  // namespace muster::crypto
