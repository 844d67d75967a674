#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "ledger/crypto/public_key.hpp"

namespace muster::crypto {

/// Asks for the PIN of the token that it is told the label of.
using PinSource = std::function<Result<std::string>(const std::string& token)>;

/// Whether `text` names a key in a token: `pkcs11:` and what RFC 7512 allows after it.
[[nodiscard]] bool is_token_uri(std::string_view text);

/// A key's name to print: `text` without the PIN that a token's URI may have in it.
[[nodiscard]] std::string without_pin(std::string_view text);

/// A key that never leaves its hardware token: Ed25519 (CKM_EDDSA), P-256 or P-384 (CKM_ECDSA).
/// Source: PKCS #11 3.0, sections 6.3.12 and 6.3.14. Not thread-safe.
class TokenSigner final : public Signer {
 public:
  /// The one private key that `uri` names: `module-path` says which library to load; `token`,
  /// `serial`, `object` and `id` choose the token and the key; `pin-source=file:PATH` or
  /// `pin-value` give the PIN, else `ask` does.
  /// Errors: `invalid_input` for another URI, no module, or several keys that fit; `not_found`;
  /// `invalid_input` with rule `token.pin` for a wrong PIN; `unavailable` with PKCS #11's code.
  static Result<std::unique_ptr<TokenSigner>> open(const std::string& uri, const PinSource& ask);

  /// Makes a key of `algorithm` ("ed25519", "p256", "p384") in the token, under the URI's `object`
  /// label; it is marked sensitive and not extractable. Errors: also `conflict` if it exists.
  static Result<std::unique_ptr<TokenSigner>> generate(const std::string& uri,
                                                       std::string_view algorithm,
                                                       const PinSource& ask);

  TokenSigner(const TokenSigner&) = delete;
  TokenSigner& operator=(const TokenSigner&) = delete;
  ~TokenSigner() override;

  [[nodiscard]] PublicKey verifying_key() const override;
  [[nodiscard]] Result<Bytes> signature_over(ByteView message) const override;

 private:
  class Session;
  TokenSigner(std::unique_ptr<Session> session, unsigned long private_key, PublicKey key);
  static Result<std::unique_ptr<TokenSigner>> adopt(std::unique_ptr<Session> session);

  std::unique_ptr<Session> session_;
  unsigned long private_key_;
  PublicKey key_;
};

}  // namespace muster::crypto
