#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/vkey.hpp"

namespace muster::ledger {

inline constexpr std::size_t max_note_bytes = std::size_t{1} << 16U;
inline constexpr std::size_t max_note_signatures = 100;

/// One signature line: who says they signed, by which key, and the signature's bytes.
struct NoteSignature {
  std::string name;
  std::uint32_t key_id;
  Bytes signature;

  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

/// A signed note: a text that ends in a newline, and its signatures. Source: c2sp.org/signed-note.
struct Note {
  std::string text;
  std::vector<NoteSignature> signatures;

  friend bool operator==(const Note&, const Note&) = default;
};

/// Reads a note. Its signatures are not checked.
/// Errors: `invalid_input` unless it is UTF-8 without control characters but newline, with at least
/// one well-formed signature line, within the two limits above.
Result<Note> parse_note(std::string_view bytes);

/// Requires: a note that `parse_note` could have returned.
[[nodiscard]] std::string encode_note(const Note& note);

/// One signature as its line, newline included.
[[nodiscard]] std::string encode_signature_line(const NoteSignature& signature);

/// A verifier key of a note: a name and an Ed25519 key (signature type 0x01).
class VerifierKey final {
 public:
  /// Requires: is_key_name(name).
  VerifierKey(std::string name, const crypto::Ed25519PublicKey& key);
  /// Reads `<name>+<8 hex digits of the key id>+<base64 of 0x01 || key>`.
  /// Errors: `invalid_input`, also for another signature type or a key id that does not follow.
  static Result<VerifierKey> parse(std::string_view text);

  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::uint32_t key_id() const { return key_id_; }
  [[nodiscard]] const crypto::Ed25519PublicKey& key() const { return key_; }

  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;

 private:
  std::string name_;
  crypto::Ed25519PublicKey key_;
  std::uint32_t key_id_;
};

/// A note of `text` with one signature. Requires: a text that `parse_note` could have returned.
[[nodiscard]] Note sign_note(std::string text, const std::string& key_name,
                             const crypto::Ed25519Signer& signer);

/// What a note's signatures say to someone who trusts one key.
enum class NoteVerdict {
  good,     ///< Signed by the key.
  unknown,  ///< No signature by this name and key id: nothing is said.
  bad,      ///< A signature by this name and key id does not verify: the note is forged or damaged.
};

/// Judges `note` by `key`. Signatures by other keys are passed over, as the format demands.
[[nodiscard]] NoteVerdict judge_note(const Note& note, const VerifierKey& key);

}  // namespace muster::ledger
