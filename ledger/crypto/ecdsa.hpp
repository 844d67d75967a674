#pragma once

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/crypto/key_reference.hpp"
#include "ledger/crypto/signer.hpp"

namespace muster::crypto {

/// The curves of devices and of hardware tokens, each with the hash of its size: P-256 with
/// SHA-256, P-384 with SHA-384. Source: FIPS 186-5, SP 800-186.
enum class Curve { p256, p384 };

/// Bytes of one coordinate, and of each half of a signature.
[[nodiscard]] constexpr std::size_t coordinate_bytes(Curve curve) {
  return curve == Curve::p256 ? 32 : 48;
}
/// Bytes of a raw signature: r and s, big-endian.
[[nodiscard]] constexpr std::size_t signature_bytes(Curve curve) {
  return 2 * coordinate_bytes(curve);
}

/// A public key on one of the curves, read once and kept ready for verification. Cheap to copy.
class EcdsaPublicKey final {
 public:
  /// Takes a point, uncompressed (0x04) or compressed (0x02, 0x03). Refuses what is not on the
  /// curve. Source: SEC 1 section 2.3.4. Errors: `invalid_input`.
  static Result<EcdsaPublicKey> from_point(Curve curve, ByteView point);

  [[nodiscard]] Curve curve() const { return curve_; }
  /// 0x04 and both coordinates.
  [[nodiscard]] const Bytes& uncompressed() const { return uncompressed_; }
  /// 0x02 or 0x03 and the first coordinate. Source: SEC 1 section 2.3.3.
  [[nodiscard]] Bytes compressed() const;
  friend bool operator==(const EcdsaPublicKey& a, const EcdsaPublicKey& b) {
    return a.curve_ == b.curve_ && a.uncompressed_ == b.uncompressed_;
  }

 private:
  friend bool ecdsa_verifies(const EcdsaPublicKey& key, ByteView message, ByteView signature);
  EcdsaPublicKey(Curve curve, Bytes uncompressed, KeyReference handle)
      : curve_(curve), uncompressed_(std::move(uncompressed)), handle_(std::move(handle)) {}
  Curve curve_;
  Bytes uncompressed_;
  KeyReference handle_;
};

/// Whether `signature` (raw) is one of `key` over `message`, hashed with the curve's hash.
///
/// Of each valid signature (r, s) there is a second form (r, n - s), which is valid too: a
/// signature is evidence, never an identity. Source: FIPS 186-5 section 6.4.2.
[[nodiscard]] bool ecdsa_verifies(const EcdsaPublicKey& key, ByteView message, ByteView signature);

/// SHA-256 or SHA-384 of `message`: what the curve's signatures are over.
[[nodiscard]] Bytes curve_digest(Curve curve, ByteView message);

/// Holds one private key of a curve; the library wipes it at the end.
class EcdsaSigner final : public Signer {
 public:
  /// Draws a key from the library's random numbers.
  static EcdsaSigner generate(Curve curve);
  /// From the private number, big-endian, of the curve's length.
  /// Errors: `invalid_input` unless it is from 1 to the group's order - 1.
  static Result<EcdsaSigner> from_secret(Curve curve, ByteView secret);

  [[nodiscard]] const EcdsaPublicKey& key() const { return key_; }
  [[nodiscard]] PublicKey verifying_key() const override;
  [[nodiscard]] Result<Bytes> signature_over(ByteView message) const override;
  /// The private number itself. Ugly name on purpose: every use of it is worth a look.
  [[nodiscard]] Bytes reveal_secret() const;

 private:
  EcdsaSigner(EcdsaPublicKey key, KeyReference both_halves)
      : key_(std::move(key)), both_halves_(std::move(both_halves)) {}
  EcdsaPublicKey key_;
  KeyReference both_halves_;
};

/// The DER form of a raw signature, as libraries and certificates want it.
/// Requires: `raw` of `signature_bytes(curve)`.
[[nodiscard]] Bytes der_of_raw_signature(Curve curve, ByteView raw);

}  // namespace muster::crypto
