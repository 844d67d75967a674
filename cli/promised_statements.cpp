#include "cli/promised_statements.hpp"

#include "ledger/promise.hpp"

namespace muster::cli {
namespace {

/// Takes statements out of the waiting room and settles what was promised of them.
class PromisedStatements final {
 public:
  PromisedStatements(Context& context, Home& home, std::vector<Waiting> all,
                     std::optional<RefusalRecorder> recorder)
      : context_(&context),
        home_(&home),
        room_(waiting_room(home)),
        all_(std::move(all)),
        recorder_(std::move(recorder)) {}

  /// The next that waits, under the name of its folder.
  Result<std::optional<Incoming>> next() {
    if (next_ == all_.size()) return std::optional<Incoming>();
    const Waiting& one = all_[next_++];
    MUSTER_TRY_ASSIGN(auto submission, WaitingRoom::statement_of(one));
    const std::string where = one.folder.filename().string();
    by_name_.insert_or_assign(where, one);
    return std::optional(Incoming{.where = where, .submission = std::move(submission)});
  }

  Result<void> settle(const Settled& settled) {
    if (context_->options().dry_run) return {};
    const Waiting& one = by_name_.at(settled.place.where);
    if (settled.outcome.status != registry::Outcome::Status::refused)
      return done(one, settled.outcome.index);
    if (!settled.refusal) return still_owed(one, "the operator's key is not here to refuse it");
    if (!recorder_) return still_owed(one, "give --as and --sign to have its refusal recorded");
    MUSTER_TRY_ASSIGN(const auto statement, recorder_->statement(*settled.refusal));
    MUSTER_TRY_ASSIGN(const registry::Outcome logged, home_->record(statement));
    if (logged.error) return still_owed(one, "its refusal was refused: " + logged.error->message);
    return done(one, logged.index);
  }

 private:
  /// It is in the log, or its refusal is: says so when that was late.
  Result<void> done(const Waiting& one, ledger::LogIndex index) {
    MUSTER_TRY_ASSIGN(const auto promise, promise_for(one));
    const auto& row = home_->state().tables().statements[static_cast<registry::RowN>(index.value)];
    if (promise && row.accepted_ms > promise->deadline.ms) {
      context_->printer().error(one.folder.filename().string() + ": promised until " +
                                promise->deadline.to_string() + ", came too late as entry " +
                                std::to_string(index.value));
    }
    return room_.remove(one);
  }

  Result<void> still_owed(const Waiting& one, const std::string& why) {
    MUSTER_TRY_ASSIGN(const auto promise, promise_for(one));
    if (!promise) return room_.remove(one);  // nothing was promised; its author has been told
    context_->printer().error(one.folder.filename().string() + ": still owed until " +
                              promise->deadline.to_string() + ": " + why);
    return {};
  }

  static Result<std::optional<ledger::SubmissionPromise>> promise_for(const Waiting& one) {
    MUSTER_TRY_ASSIGN(const auto text, WaitingRoom::promise_of(one));
    if (!text) return std::optional<ledger::SubmissionPromise>();
    MUSTER_TRY_ASSIGN(const ledger::Note note, ledger::parse_note(*text));
    MUSTER_TRY_ASSIGN(auto promise, ledger::parse_promise_text(note.text));
    return std::optional(std::move(promise));
  }

  Context* context_;
  Home* home_;
  WaitingRoom room_;
  std::vector<Waiting> all_;
  std::size_t next_ = 0;
  std::map<std::string, Waiting> by_name_;
  std::optional<RefusalRecorder> recorder_;
};

}  // namespace

Result<ExitCode> record_promised(Context& context, Home& home, const DoorOptions& options,
                                 const RefusalAuthor& author,
                                 const std::optional<std::vector<Waiting>>& chosen) {
  std::vector<Waiting> all;
  if (chosen) {
    all = *chosen;
  } else {
    MUSTER_TRY_ASSIGN(all, waiting_room(home).list());
  }
  std::optional<RefusalRecorder> recorder;
  if (!author.party.empty()) {
    MUSTER_TRY_ASSIGN(recorder, RefusalRecorder::open(context, home, author.party, author.keys));
  }
  PromisedStatements promised(context, home, std::move(all), std::move(recorder));
  SubmissionDoor door(context, home, options,
                      [&](const Settled& settled) { return promised.settle(settled); });
  return door.run([&] { return promised.next(); });
}

}  // namespace muster::cli
