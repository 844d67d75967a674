#pragma once

#include <memory>

#include "ledger/base/bytes.hpp"
#include "ledger/crypto/x509.hpp"

namespace muster::crypto {

/// An RSA key that others sign with. Muster makes no RSA signatures of its own.
class RsaPublicKey final {
 public:
  /// The key of a certificate. Errors: `invalid_input` when it is of another kind.
  static Result<RsaPublicKey> of(const Certificate& certificate);
  RsaPublicKey(RsaPublicKey&& other) noexcept;
  RsaPublicKey& operator=(RsaPublicKey&& other) noexcept;
  ~RsaPublicKey();

  /// Length of the modulus in bits.
  [[nodiscard]] int bits() const;
  /// Whether `signature` is one of RSASSA-PKCS1-v1_5 with SHA-512 over `message`.
  /// Source: RFC 8017 section 8.2.
  [[nodiscard]] bool verifies_sha512(ByteView message, ByteView signature) const;

 private:
  struct State;
  explicit RsaPublicKey(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace muster::crypto
