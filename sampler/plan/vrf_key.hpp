#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "ledger/base/bytes.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/crypto/vrf_ed25519.hpp"
#include "ledger/crypto/vrf_p256.hpp"

namespace muster::sampler {

/// The Verifier's public key for draws, in one of the two suites of RFC 9381. Text form
/// "edwards25519-sha512-tai:HEX" or "p256-sha256-tai:HEX".
class VrfPublicKey final {
 public:
  /// Errors: `invalid_input` on another suite or a key that fails validation.
  static Result<VrfPublicKey> parse(std::string_view text);
  explicit VrfPublicKey(const crypto::VrfEd25519PublicKey& key) : key_(key) {}
  explicit VrfPublicKey(const crypto::VrfP256PublicKey& key) : key_(key) {}
  [[nodiscard]] std::string text() const;

  /// The output that `proof` proves for `message`; nothing if it proves none.
  [[nodiscard]] std::optional<Bytes> output(ByteView message, ByteView proof) const;

  friend bool operator==(const VrfPublicKey& a, const VrfPublicKey& b) {
    return a.text() == b.text();
  }

 private:
  std::variant<crypto::VrfEd25519PublicKey, crypto::VrfP256PublicKey> key_;
};

/// The secret half.
class VrfSecretKey final {
 public:
  explicit VrfSecretKey(const crypto::VrfEd25519Key& key) : key_(key) {}
  explicit VrfSecretKey(const crypto::VrfP256Key& key) : key_(key) {}
  [[nodiscard]] VrfPublicKey public_key() const;
  [[nodiscard]] Bytes prove(ByteView message) const;

 private:
  std::variant<crypto::VrfEd25519Key, crypto::VrfP256Key> key_;
};

/// What an opening is for. Each has its own VRF input, so that none reveals another.
struct VrfPurpose {
  std::string_view label;  ///< "draw" for the sample of a site
  Hash plan;
  std::string_view site;
  std::uint64_t round;
  ByteView randomness;
};

/// The VRF's message: "muster/vrf/v1" and the fields in their order, each behind its length as a
/// 4-byte big-endian number; the round is 8 bytes, big-endian.
[[nodiscard]] Bytes vrf_message(const VrfPurpose& purpose);

}  // namespace muster::sampler
