#include "ledger/promise.hpp"

#include <array>

#include "ledger/base/check.hpp"

namespace muster::ledger {
namespace {

constexpr std::array<std::string_view, 2> promise_names{"promised_at", "deadline"};

}  // namespace

std::string promise_text(const SubmissionPromise& promise) {
  MUSTER_CHECK(promise.promised_at < promise.deadline);
  const std::array<NoteLine, 2> more{{{promise_names[0], promise.promised_at.to_string()},
                                      {promise_names[1], promise.deadline.to_string()}}};
  return operator_note_text(promise_heading, promise.about, more);
}

Result<SubmissionPromise> parse_promise_text(std::string_view text) {
  MUSTER_TRY_ASSIGN(ParsedNote parsed, parse_operator_note(promise_heading, text, promise_names));
  MUSTER_TRY_ASSIGN(const Timestamp promised_at, note_time(promise_names[0], parsed.values[0]));
  MUSTER_TRY_ASSIGN(const Timestamp deadline, note_time(promise_names[1], parsed.values[1]));
  if (deadline <= promised_at) {
    return failure(Errc::invalid_input,
                   std::string(promise_heading) + ": deadline: want one after promised_at");
  }
  return SubmissionPromise{std::move(parsed.subject), promised_at, deadline};
}

std::string sign_promise(const SubmissionPromise& promise, const crypto::Ed25519Signer& signer) {
  return encode_note(sign_note(promise_text(promise), promise.about.origin, signer));
}

Result<SubmissionPromise> verify_promise(std::string_view note, std::span<const VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(const Note parsed, parse_note(note));
  MUSTER_TRY_ASSIGN(SubmissionPromise promise, parse_promise_text(parsed.text));
  MUSTER_TRY(check_note_signature(parsed, promise.about.origin, keys));
  return promise;
}

}  // namespace muster::ledger
