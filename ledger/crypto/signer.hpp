#pragma once

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster::crypto {

class PublicKey;

/// Whoever can sign: a key in memory, or one in a hardware token that never leaves it.
class Signer {
 public:
  Signer() = default;
  virtual ~Signer() = default;

  /// What verifies the signatures.
  [[nodiscard]] virtual PublicKey verifying_key() const = 0;
  /// A raw signature: 64 bytes of Ed25519 or P-256, 96 of P-384.
  /// Errors: `unavailable` when a token does not answer; never with a key in memory.
  [[nodiscard]] virtual Result<Bytes> signature_over(ByteView message) const = 0;

 protected:
  Signer(const Signer&) = default;
  Signer& operator=(const Signer&) = default;
};

}  // namespace muster::crypto
