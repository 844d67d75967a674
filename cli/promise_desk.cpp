#include "cli/promise_desk.hpp"

#include <algorithm>
#include <charconv>

#include "ledger/promise.hpp"
#include "registry/key_validity.hpp"

namespace muster::cli {
namespace {

constexpr std::int64_t longest_delay_ms = 30 * ms_per_day;

/// The keys of the state that sign the statement well and may.
bool has_a_known_author(const registry::State& state, const ledger::Envelope& envelope,
                        Timestamp now) {
  const auto& keys = state.tables().keys;
  return std::ranges::any_of(envelope.signatures, [&](const ledger::EnvelopeSignature& signature) {
    const registry::RowN row = keys.find(signature.keyid.text());
    if (row == registry::no_row || !registry::key_is_valid(keys[row], state.size(), now)) {
      return false;
    }
    const auto key = crypto::PublicKey::parse(keys[row].public_key);
    return key && ledger::signature_verifies(envelope, signature, *key);
  });
}

}  // namespace

Result<std::int64_t> merge_delay_ms(const std::string& text, const char* option) {
  std::int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, count);
  std::int64_t unit = 0;
  if (stop + 1 == end && *stop == 'm') unit = ms_per_minute;
  if (stop + 1 == end && *stop == 'h') unit = 60 * ms_per_minute;
  if (stop + 1 == end && *stop == 'd') unit = ms_per_day;
  const bool fits =
      problem == std::errc() && unit != 0 && count > 0 && count <= longest_delay_ms / unit;
  if (fits) return count * unit;
  return failure(Errc::invalid_input, std::string(option) + ": got \"" + text +
                                          "\", want a time like 30m, 24h or 7d, at most 30d");
}

WaitingRoom waiting_room(const Home& home) { return WaitingRoom(home.folder() / "waiting"); }

Result<PromiseDesk> PromiseDesk::open(Context& context, Home& home) {
  MUSTER_TRY_ASSIGN(auto keeper, log_operator(context, home.store()));
  if (!keeper) {
    return failure(Errc::unavailable,
                   "promising: the operator's key is not here, so nothing was taken in");
  }
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  return PromiseDesk(home, std::move(*keeper), *clock, waiting_room(home));
}

Result<void> PromiseDesk::check_author(const registry::Submission& submission) const {
  const registry::Prepared prepared = registry::prepare(submission);
  if (prepared.error) return failure(*prepared.error);
  const std::string& origin = prepared.event.header.origin;
  if (origin != home_->state().origin()) {
    return refusal("origin.other_log",
                   "got \"" + origin + "\", this log is \"" + home_->state().origin() + "\"");
  }
  if (has_a_known_author(home_->state(), submission.envelope, clock_->now())) return {};
  return refusal("promise.unknown_author",
                 "no signature by a valid key of a party; hand it in with `statement submit`");
}

Result<std::string> PromiseDesk::sign(const registry::Submission& submission,
                                      std::int64_t delay_ms) const {
  MUSTER_TRY_ASSIGN(const ledger::TreeHead head, ledger::signable_head(home_->store()));
  const Timestamp now = clock_->now();
  const ledger::SubmissionPromise promise{
      {operator_.origin, ledger::statement_hash(submission.envelope),
       ledger::envelope_hash(submission.envelope), head},
      now,
      {now.ms + delay_ms}};
  return ledger::sign_promise(promise, operator_.signer);
}

Result<HandedIn> PromiseDesk::take(const registry::Submission& submission, std::int64_t delay_ms) {
  HandedIn result{.statement = ledger::statement_hash(submission.envelope)};
  if (const auto index = home_->state().statement_index(result.statement)) {
    result.recorded = ledger::LogIndex{*index};
    return result;
  }
  MUSTER_TRY(check_author(submission));
  MUSTER_TRY_ASSIGN(result.waiting, room_.put(submission));
  MUSTER_TRY_ASSIGN(auto given, WaitingRoom::promise_of(*result.waiting));
  result.again = given.has_value();
  if (!given) {
    MUSTER_TRY_ASSIGN(const std::string note, sign(submission, delay_ms));
    MUSTER_TRY_ASSIGN(given, WaitingRoom::keep_promise(*result.waiting, note));
  }
  result.promise = std::move(*given);
  MUSTER_TRY_ASSIGN(const ledger::Note note, ledger::parse_note(result.promise));
  MUSTER_TRY_ASSIGN(const auto promise, ledger::parse_promise_text(note.text));
  result.deadline = promise.deadline;
  return result;
}

}  // namespace muster::cli
