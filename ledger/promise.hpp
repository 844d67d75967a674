#pragma once

#include "ledger/operator_note.hpp"

namespace muster::ledger {

inline constexpr std::string_view promise_heading = "muster/promise/v1";

/// The operator's word that the log will have, accepted no later than `deadline`, an entry with
/// this statement, or one with a refusal of this envelope that was judged on this log or a longer
/// one.
struct SubmissionPromise {
  NoteSubject about;
  Timestamp promised_at;
  Timestamp deadline;  ///< After `promised_at`.

  friend bool operator==(const SubmissionPromise&, const SubmissionPromise&) = default;
};

/// What is signed; see ledger/README.md, "Refusals and promises".
/// Requires: an origin that may name a key, a size above 0, a deadline after `promised_at`.
[[nodiscard]] std::string promise_text(const SubmissionPromise& promise);
/// Reads exactly what `promise_text` writes. Errors: `invalid_input`.
Result<SubmissionPromise> parse_promise_text(std::string_view text);

/// The signed note. Whoever signs says that the statement is kept durably, and that the head is
/// durable and contradicts nothing signed before (`signable_head`).
[[nodiscard]] std::string sign_promise(const SubmissionPromise& promise,
                                       const crypto::Ed25519Signer& signer);

/// The promise in `note` if one of the operator's keys signed it.
/// Errors: `invalid_input` for what is no promise; those of `check_note_signature`.
Result<SubmissionPromise> verify_promise(std::string_view note, std::span<const VerifierKey> keys);

}  // namespace muster::ledger
