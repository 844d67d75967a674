#include "cli/remote/parts_desk.hpp"

#include <algorithm>

#include "cli/remote/hand_in.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/json_fields.hpp"
#include "registry/event.hpp"

namespace muster::cli {
namespace {

using Status = registry::Outcome::Status;

constexpr std::uint64_t most_number_bytes = 1'000'000;
constexpr std::size_t most_receipt_bytes = std::size_t{1} << 20U;

/// Numbers that were recorded from here, by party and stream: what no later statement may take,
/// whatever a server says.
std::filesystem::path numbers_file(const CachePlaces& places) {
  return places.folder / "numbers.json";
}

Result<Json> read_numbers(const CachePlaces& places) {
  auto text = read_text_file(numbers_file(places), most_number_bytes);
  if (!text && text.error().code == Errc::not_found) return Json(Json::object());
  if (!text) return failure(std::move(text.error()));
  auto json = parse_json(*text);
  if (json && json->is_object()) return json;
  return failure(Errc::corrupt, numbers_file(places).string() + ": want an object of numbers");
}

std::uint64_t number_in(const Json& numbers, const std::string& name) {
  const auto found = numbers.find(name);
  const bool is_number = found != numbers.end() && found->is_number_integer();
  return is_number
             ? static_cast<std::uint64_t>(std::max<std::int64_t>(found->get<std::int64_t>(), 0))
             : 0;
}

}  // namespace

Result<std::uint64_t> PartsDesk::next_number(const std::string& party,
                                             const std::string& stream) const {
  MUSTER_TRY_ASSIGN(const std::string text,
                    remote_->calls.body({.target = "/v1/streams/" + percent_encoded(party) + "/" +
                                                   percent_encoded(stream)}));
  MUSTER_TRY_ASSIGN(const Json json, parse_foreign_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "the server's answer"));
  MUSTER_TRY_ASSIGN(const std::int64_t said, fields.integer("next", 1));
  MUSTER_TRY_ASSIGN(const Json numbers, read_numbers(remote_->places));
  return std::max(static_cast<std::uint64_t>(said), number_in(numbers, party + "/" + stream) + 1);
}

Result<void> PartsDesk::note_number(const ledger::Envelope& envelope) const {
  MUSTER_TRY_ASSIGN(const auto event,
                    registry::parse_event(envelope.payload, ledger::statement_hash(envelope)));
  MUSTER_TRY_ASSIGN(Json numbers, read_numbers(remote_->places));
  const std::string name = event.header.org + "/" + event.header.stream;
  if (number_in(numbers, name) >= event.header.number) return {};
  numbers[name] = event.header.number;
  return write_file_atomically(numbers_file(remote_->places),
                               as_bytes(canonical_json(numbers) + "\n"), 0600);
}

Result<ledger::Receipt> PartsDesk::receipt_of(const Hash& statement) const {
  auto text = remote_->calls.body(
      {.target = "/v1/receipts/" + statement.to_hex(), .most_bytes = most_receipt_bytes});
  if (text) return ledger::parse_receipt(*text);
  if (text.error().code != Errc::not_found) return failure(std::move(text.error()));
  return refusal("remote.not_recorded", "the server says that statement " + statement.to_hex() +
                                            " was recorded, and has no receipt for it");
}

Result<PartsOutcome> PartsDesk::outcome_of(const registry::Submission& submission,
                                           const ServerVerdict& verdict) const {
  PartsOutcome result{.outcome = {.statement = ledger::statement_hash(submission.envelope),
                                  .index = {},
                                  .leaf = {},
                                  .error = {}}};
  if (!verdict.is_recorded()) {
    result.outcome.error =
        verdict.error.value_or(Error{Errc::invalid_input, "the server records nothing", {}});
    result.refusal = good_refusal(*remote_, verdict, submission.envelope);
    return result;
  }
  ServerVerdict shown = verdict;
  if (!shown.receipt) {
    MUSTER_TRY_ASSIGN(shown.receipt, receipt_of(result.outcome.statement));
  }
  MUSTER_TRY(check_receipt(remote_->trusted, shown, result.outcome.statement));
  const std::string& note = shown.receipt->proof.checkpoint;
  if (!remote_->connected.contains(note)) MUSTER_TRY(remote_->mirror().connect(note));
  remote_->connected.insert(note);
  MUSTER_TRY_ASSIGN(const auto entry, ledger::parse_entry(shown.receipt->entry));
  result.outcome.index = entry.index;
  result.outcome.leaf = ledger::leaf_hash(shown.receipt->entry);
  result.outcome.status =
      verdict.status == ServerVerdict::Status::duplicate ? Status::duplicate : Status::recorded;
  result.receipt = std::move(shown.receipt);
  MUSTER_TRY(note_number(submission.envelope));
  return result;
}

Result<std::vector<PartsOutcome>> PartsDesk::settle(const Outbox::Parcel& parcel) const {
  auto verdicts = hand_in(remote_->calls, parcel.submissions, parcel.mode);
  if (!verdicts) {
    if (was_answered(verdicts.error())) MUSTER_TRY(remote_->outbox().remove(parcel.file));
    return failure(unanswered(std::move(verdicts.error())));
  }
  std::vector<PartsOutcome> outcomes;
  for (std::size_t i = 0; i < verdicts->size(); ++i) {
    MUSTER_TRY_ASSIGN(auto one, outcome_of(parcel.submissions[i], (*verdicts)[i]));
    outcomes.push_back(std::move(one));
  }
  MUSTER_TRY(remote_->outbox().remove(parcel.file));
  return outcomes;
}

Result<std::vector<PartsOutcome>> PartsDesk::record(
    std::span<const registry::Submission> submissions, registry::BatchMode mode) const {
  Outbox::Parcel parcel{
      .file = {}, .mode = mode, .submissions = {submissions.begin(), submissions.end()}};
  MUSTER_TRY_ASSIGN(parcel.file, remote_->outbox().put(submissions, mode));
  return settle(parcel);
}

Result<void> PartsDesk::settle_outbox() const {
  MUSTER_TRY_ASSIGN(const auto parcels, remote_->outbox().list());
  for (const Outbox::Parcel& parcel : parcels) {
    auto outcomes = settle(parcel);
    if (!outcomes) {
      return failure(
          std::move(outcomes.error()).during("what was handed in before, " + parcel.file.string()));
    }
    for (const PartsOutcome& one : *outcomes) tell_of_before(*remote_, one.outcome);
  }
  return {};
}

}  // namespace muster::cli
