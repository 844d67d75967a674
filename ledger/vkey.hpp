#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/crypto/ed25519.hpp"

namespace muster::ledger {

/// What kind of signature a verifier key makes: its byte in key ids and key texts.
/// Source: c2sp.org/signed-note, "Signature types".
enum class SignatureType : std::uint8_t {
  ed25519 = 0x01,         ///< Of a log, over the note's text.
  cosignature_v1 = 0x04,  ///< Of a witness, over a time and the text: see cosignature.hpp.
};

/// Whether `name` may name a key: not empty, UTF-8, without plus signs, spaces of any script and
/// control characters.
[[nodiscard]] bool is_key_name(std::string_view name);

/// A verifier key's text, taken apart. Source: c2sp.org/signed-note, "Verifier keys".
struct Vkey {
  std::string name;
  SignatureType type;
  crypto::Ed25519PublicKey key;

  /// Reads `<name>+<8 hex digits of the key id>+<base64 of type || key>`.
  /// Errors: `invalid_input`, also for a type other than `want` or a key id that does not follow.
  static Result<Vkey> parse(std::string_view text, SignatureType want);
  [[nodiscard]] std::string to_string() const;
  /// The first four bytes of SHA-256(name || "\n" || type || key).
  [[nodiscard]] std::uint32_t key_id() const;
};

}  // namespace muster::ledger
