#pragma once

#include <array>
#include <optional>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster::crypto {

// ECVRF-P256-SHA256-TAI: as vrf_ed25519.hpp, on the curve that OpenSSL alone can serve.
// Source: RFC 9381, section 5.5, suite 0x01.

using VrfP256Proof = std::array<std::uint8_t, 81>;   ///< pi: a point, a challenge, a scalar.
using VrfP256Output = std::array<std::uint8_t, 32>;  ///< beta: the hash itself.

/// A VRF public key that passed key validation. On this curve every point but infinity is valid.
class VrfP256PublicKey final {
 public:
  /// Takes exactly 33 bytes: a compressed point, SEC 1 section 2.3.3. Errors: `invalid_input`.
  static Result<VrfP256PublicKey> from_bytes(ByteView bytes);

  [[nodiscard]] const std::array<std::uint8_t, 33>& bytes() const { return bytes_; }

  /// The output that `proof` proves for `message`; nothing if it proves none.
  [[nodiscard]] std::optional<VrfP256Output> verify(ByteView message, ByteView proof) const;

  friend auto operator<=>(const VrfP256PublicKey&, const VrfP256PublicKey&) = default;

 private:
  friend class VrfP256Key;
  explicit VrfP256PublicKey(const std::array<std::uint8_t, 33>& bytes) : bytes_(bytes) {}
  std::array<std::uint8_t, 33> bytes_{};
};

/// Holds one VRF secret key and wipes it at the end.
class VrfP256Key final {
 public:
  /// From the 32 big-endian bytes of a scalar. Errors: `invalid_input` unless in [1, order).
  static Result<VrfP256Key> from_scalar(const std::array<std::uint8_t, 32>& scalar);
  VrfP256Key(const VrfP256Key&) = default;
  VrfP256Key& operator=(const VrfP256Key&) = default;
  ~VrfP256Key();

  [[nodiscard]] VrfP256PublicKey public_key() const;

  /// The proof of this key's output for `message`. The same every time.
  [[nodiscard]] VrfP256Proof prove(ByteView message) const;

 private:
  VrfP256Key() = default;
  std::array<std::uint8_t, 32> scalar_{};
  std::array<std::uint8_t, 33> public_{};
};

/// The output of a proof that has been verified, or that was made here; nothing if it cannot be
/// read. Says nothing of whether the proof is right.
[[nodiscard]] std::optional<VrfP256Output> vrf_p256_output(ByteView proof);

}  // namespace muster::crypto
