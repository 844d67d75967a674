#pragma once

#include <array>
#include <optional>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster::crypto {

// ECVRF-EDWARDS25519-SHA512-TAI: a keyed hash of a message that only the holder of the secret key
// can compute, and whose value anybody can check. Source: RFC 9381, section 5.5, suite 0x03.

using VrfEd25519Proof = std::array<std::uint8_t, 80>;   ///< pi: a point, a challenge, a scalar.
using VrfEd25519Output = std::array<std::uint8_t, 64>;  ///< beta: the hash itself.

/// A VRF public key that passed key validation, so that it has one output for each message.
class VrfEd25519PublicKey final {
 public:
  /// Takes exactly 32 bytes. Refuses what is no canonical point of the prime-order group; RFC 9381
  /// section 5.4.5 refuses points of small order only, and honest keys are never others.
  /// Errors: `invalid_input`.
  static Result<VrfEd25519PublicKey> from_bytes(ByteView bytes);

  [[nodiscard]] const std::array<std::uint8_t, 32>& bytes() const { return bytes_; }

  /// The output that `proof` proves for `message`; nothing if it proves none.
  ///
  /// Stricter than RFC 9381 in one way: a proof whose point lies outside the prime-order group is
  /// refused, because libsodium does no arithmetic with such points. No honest prover makes one.
  [[nodiscard]] std::optional<VrfEd25519Output> verify(ByteView message, ByteView proof) const;

  friend auto operator<=>(const VrfEd25519PublicKey&, const VrfEd25519PublicKey&) = default;

 private:
  friend class VrfEd25519Key;
  explicit VrfEd25519PublicKey(const std::array<std::uint8_t, 32>& bytes) : bytes_(bytes) {}
  std::array<std::uint8_t, 32> bytes_{};
};

/// Holds one VRF secret key and wipes it at the end.
class VrfEd25519Key final {
 public:
  /// From a 32-byte seed, expanded as RFC 8032 does. Never use one seed for signatures too.
  explicit VrfEd25519Key(const std::array<std::uint8_t, 32>& seed);
  VrfEd25519Key(const VrfEd25519Key&) = default;
  VrfEd25519Key& operator=(const VrfEd25519Key&) = default;
  ~VrfEd25519Key();

  [[nodiscard]] VrfEd25519PublicKey public_key() const;

  /// The proof of this key's output for `message`. The same every time.
  [[nodiscard]] VrfEd25519Proof prove(ByteView message) const;

 private:
  std::array<std::uint8_t, 32> scalar_{};
  std::array<std::uint8_t, 32> nonce_key_{};
  std::array<std::uint8_t, 32> public_{};
};

/// The output of a proof that has been verified, or that was made here; nothing if it cannot be
/// read. Says nothing of whether the proof is right.
[[nodiscard]] std::optional<VrfEd25519Output> vrf_ed25519_output(ByteView proof);

}  // namespace muster::crypto
