#include "cli/submission_door.hpp"

#include <utility>

#include "cli/outcome.hpp"
#include "cli/print/number.hpp"
#include "cli/receipts.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t batch_statements = 1'000;
constexpr std::size_t batch_blob_bytes = std::size_t{1} << 26U;
/// A batch that stands or falls as a whole is held in memory.
constexpr std::size_t most_all_or_nothing = 100'000;

}  // namespace

SubmissionDoor::SubmissionDoor(Context& context, Home& home, const DoorOptions& options,
                               std::function<Result<void>(const Settled&)> settled)
    : context_(&context),
      home_(&home),
      options_(&options),
      settled_(std::move(settled)),
      printer_(context.printer()) {}

bool SubmissionDoor::writes() const {
  return !options_->judge_only && !context_->options().dry_run;
}

std::span<const registry::Submission> SubmissionDoor::Load::submissions() const {
  return batch ? batch->submissions() : std::span<const registry::Submission>(only_judged);
}

Result<std::vector<registry::Outcome>> SubmissionDoor::judged(Load& load) const {
  if (load.batch) {
    return home_->record(*load.batch, options_->all_or_nothing ? registry::BatchMode::all_or_nothing
                                                               : registry::BatchMode::each);
  }
  std::vector<registry::Outcome> outcomes;
  for (const registry::Submission& submission : load.only_judged) {
    const auto verdict = home_->registry().check(submission);
    registry::Outcome outcome{.statement = ledger::statement_hash(submission.envelope),
                              .index = {},
                              .leaf = {},
                              .error = {}};
    if (verdict) {
      outcome.status = registry::Outcome::Status::recorded;
    } else {
      outcome.error = verdict.error();
    }
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

Result<void> SubmissionDoor::tell(const Incoming& incoming, const registry::Outcome& outcome,
                                  const std::optional<std::string>& refusal) {
  Json line = outcome_json(outcome);
  line["where"] = incoming.where;
  line["line"] = incoming.line;
  switch (outcome.status) {
    case registry::Outcome::Status::recorded:
      ++tally_.recorded;
      if (!writes()) {
        line.update({{"status", "would-be-accepted"}, {"index", nullptr}, {"leaf", nullptr}});
      }
      break;
    case registry::Outcome::Status::duplicate:
      ++tally_.duplicates;
      break;
    case registry::Outcome::Status::refused:
      ++tally_.refused;
      const ExitCode code = exit_code_of(*outcome.error);
      if (tally_.worst != ExitCode::invalid_input) tally_.worst = code;
      printer_.error(incoming.where + ": " + outcome.error->message);
      break;
  }
  if (refusal && !options_->keep.refusals.empty()) {
    MUSTER_TRY_ASSIGN(line["refusal"],
                      keep_refusal(options_->keep.refusals, outcome.statement, *refusal));
  }
  printer_.json_line(line);
  return {};
}

/// The statements are recorded by then: what goes wrong here is told, and can be made up for.
Result<void> SubmissionDoor::keep_receipts(const std::vector<registry::Outcome>& outcomes) {
  if (options_->keep.receipts.empty() || !writes()) return {};
  MUSTER_TRY_ASSIGN(auto desk, ReceiptDesk::open(*context_, home_->store(), {}));
  for (const registry::Outcome& outcome : outcomes) {
    if (outcome.status == registry::Outcome::Status::refused) continue;
    auto kept = keep_receipt(desk, options_->keep.receipts, outcome.statement, outcome.index);
    if (!kept) {
      return failure(std::move(kept).error().during(
          "recorded; `ledger receipt` makes what is missing: receipt"));
    }
  }
  return {};
}

/// One for each outcome, where somebody wants them and the operator's key is here.
Result<std::vector<std::optional<std::string>>> SubmissionDoor::signed_refusals(
    const Load& load, const std::vector<registry::Outcome>& outcomes) {
  std::vector<std::optional<std::string>> notes(outcomes.size());
  const bool wanted = settled_ || !options_->keep.refusals.empty();
  if (!wanted || !writes()) return notes;
  MUSTER_TRY_ASSIGN(const auto desk, RefusalDesk::open(*context_, home_->store()));
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].status != registry::Outcome::Status::refused) continue;
    notes[i] = home_->refusal_of(outcomes[i].statement);
    if (notes[i] || !desk.signs()) continue;
    MUSTER_TRY_ASSIGN(notes[i], desk.note(load.submissions()[i].envelope, outcomes[i]));
  }
  return notes;
}

/// Waits until all of them are durable or refused, and tells of each.
Result<void> SubmissionDoor::settle(Load load) {
  MUSTER_TRY_ASSIGN(const auto outcomes, judged(load));
  MUSTER_TRY_ASSIGN(const auto refusals, signed_refusals(load, outcomes));
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    MUSTER_TRY(tell(load.places[i], outcomes[i], refusals[i]));
  }
  MUSTER_TRY(keep_receipts(outcomes));
  for (std::size_t i = 0; settled_ && i < outcomes.size(); ++i) {
    MUSTER_TRY(settled_({load.places[i], load.submissions()[i], outcomes[i], refusals[i]}));
  }
  return {};
}

Result<void> SubmissionDoor::settle_begun() {
  if (!begun_) return {};
  Load load = std::move(*begun_);
  begun_.reset();
  return settle(std::move(load));
}

/// Begins what was taken, and settles what was begun before it.
Result<void> SubmissionDoor::hand_over() {
  if (batch_.empty()) return {};
  Load load{.places = std::exchange(places_, {})};
  std::vector<registry::Submission> batch = std::exchange(batch_, {});
  batch_bytes_ = 0;
  if (writes()) {
    load.batch = home_->registry().begin(std::move(batch));
  } else {
    load.only_judged = std::move(batch);
  }
  MUSTER_TRY(settle_begun());
  begun_ = std::move(load);
  return options_->reads_ahead ? Result<void>() : settle_begun();
}

Result<void> SubmissionDoor::take(Incoming incoming) {
  batch_.push_back(std::move(incoming.submission));
  for (const ledger::Blob& blob : batch_.back().blobs) batch_bytes_ += blob.bytes.size();
  incoming.submission = {};
  places_.push_back(std::move(incoming));
  if (!options_->all_or_nothing) {
    const bool full = batch_.size() == batch_statements || batch_bytes_ >= batch_blob_bytes;
    return full ? hand_over() : Result<void>();
  }
  if (batch_.size() <= most_all_or_nothing) return {};
  return failure(Errc::invalid_input, "--all-or-nothing: takes at most " +
                                          print::grouped(std::uint64_t{most_all_or_nothing}) +
                                          " statements");
}

void SubmissionDoor::sum_up() {
  printer_.facts({"",
                  {{writes() ? "recorded" : "would be accepted", print::grouped(tally_.recorded)},
                   {"recorded before", print::grouped(tally_.duplicates)},
                   {"refused", print::grouped(tally_.refused)}}});
}

Result<ExitCode> SubmissionDoor::run(const StatementSource& next) {
  if (writes()) {
    MUSTER_TRY(check_is_present(*context_));
    MUSTER_TRY(make_ready(options_->keep));
  }
  auto progress = printer_.progress({.activity = "handing in", .unit = "statements"});
  while (true) {
    auto incoming = next();
    if (!incoming) {
      MUSTER_TRY(settle_begun());
      // Statements before the bad line in the same batch are dropped with it.
      const std::string so_far =
          tally_.all() == 0 ? "nothing was recorded"
                            : print::counted(tally_.recorded, "statement") + " recorded before it";
      incoming.error().message += "; " + so_far;
      return failure(std::move(incoming.error()));
    }
    if (!*incoming) break;
    MUSTER_TRY(take(std::move(**incoming)));
    progress.update(tally_.all());
  }
  MUSTER_TRY(hand_over());
  MUSTER_TRY(settle_begun());
  sum_up();
  return tally_.worst;
}

}  // namespace muster::cli
