#pragma once

#include <string>
#include <string_view>

#include "ledger/base/timestamp.hpp"
#include "ledger/note.hpp"

namespace muster::ledger {

/// The last second that a cosignature may name: the end of the year 9999.
inline constexpr std::uint64_t last_cosignature_second = 253'402'300'799;

/// A witness's key: a name and an Ed25519 key (signature type 0x04).
/// Source: c2sp.org/tlog-cosignature.
class CosignerKey final {
 public:
  /// Requires: is_key_name(name).
  CosignerKey(std::string name, const crypto::Ed25519PublicKey& key);
  /// Reads `<name>+<8 hex digits of the key id>+<base64 of 0x04 || key>`.
  /// Errors: `invalid_input`, also for another signature type or a key id that does not follow.
  static Result<CosignerKey> parse(std::string_view text);

  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::uint32_t key_id() const { return key_id_; }
  [[nodiscard]] const crypto::Ed25519PublicKey& key() const { return key_; }

  friend bool operator==(const CosignerKey&, const CosignerKey&) = default;

 private:
  std::string name_;
  crypto::Ed25519PublicKey key_;
  std::uint32_t key_id_;
};

/// Who cosigns.
struct Cosigner {
  std::string name;
  const crypto::Ed25519Signer* signer;  ///< Borrowed.

  [[nodiscard]] CosignerKey verifier_key() const { return {name, signer->public_key()}; }
};

/// The statement "as of `second`, this is the largest consistent tree that I saw of this log" over
/// the text of a checkpoint. Whoever calls this has stored that it is so.
/// Requires: 0 < second <= last_cosignature_second; seconds since 1970.
[[nodiscard]] NoteSignature cosign(std::string_view checkpoint_text, const Cosigner& cosigner,
                                   std::uint64_t second);

/// What a note's signatures say to someone who trusts one witness.
struct CosignatureVerdict {
  NoteVerdict verdict = NoteVerdict::unknown;
  std::uint64_t second = 0;  ///< Of the earliest cosignature, when good.

  [[nodiscard]] Timestamp time() const { return {static_cast<std::int64_t>(second) * 1'000}; }
};

/// Judges `note` by a witness's key. Signatures by other keys are passed over; one by this key that
/// does not verify, or names no time between 1970 and 9999, condemns the note.
[[nodiscard]] CosignatureVerdict judge_cosignature(const Note& note, const CosignerKey& key);

}  // namespace muster::ledger
