#pragma once

#include "ledger/operator_note.hpp"

namespace muster::ledger {

inline constexpr std::string_view refusal_heading = "muster/refusal/v1";
inline constexpr std::size_t max_refusal_message_bytes = 500;
/// How much later than the first entry that it does not count a refusal may be dated: what a writer
/// may need between reading the clock and the disk's answer, and ample time beside. Judging by an
/// older log would let an operator refuse anything.
inline constexpr std::int64_t max_judgement_age_ms = 60 * ms_per_minute;

/// The operator's word that a statement was judged by the rules at one size of the log and at one
/// time, and which rule said no. Evidence against the operator if that is not so.
struct Refusal {
  NoteSubject about;
  Timestamp judged_at;
  std::string rule;     ///< The stable code: 1 to 64 of a-z 0-9 . _
  std::string message;  ///< For people: one line of 1 to 500 bytes.

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// Whether `text` may stand as a rule: 1 to 64 of a-z 0-9 . _
[[nodiscard]] bool is_rule_code(std::string_view text);

/// `text` as a refusal's message: in one line of UTF-8, cut to what fits, never empty.
[[nodiscard]] std::string refusal_message(std::string_view text);

/// What is signed; see ledger/README.md, "Refusals and promises".
/// Requires: a rule and a message as above, an origin that may name a key, a size above 0.
[[nodiscard]] std::string refusal_text(const Refusal& refusal);
/// Reads exactly what `refusal_text` writes. Errors: `invalid_input`.
Result<Refusal> parse_refusal_text(std::string_view text);

/// The signed note. Whoever signs says that the head is durable and contradicts nothing signed
/// before (`signable_head`).
[[nodiscard]] std::string sign_refusal(const Refusal& refusal, const crypto::Ed25519Signer& signer);

/// The refusal in `note` if one of the operator's keys signed it.
/// Errors: `invalid_input` for what is no refusal; those of `check_note_signature`.
Result<Refusal> verify_refusal(std::string_view note, std::span<const VerifierKey> keys);

}  // namespace muster::ledger
