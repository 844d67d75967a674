#pragma once

#include <filesystem>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "ledger/base/clock.hpp"
#include "ledger/log.hpp"
#include "registry/batch.hpp"
#include "registry/state/state_memory.hpp"
#include "registry/submission.hpp"
#include "registry/view/place.hpp"

namespace muster::registry {

/// By which entries and at what time a statement was judged.
struct Judgement {
  ledger::TreeSize size;  ///< The statement was judged as if it were the next entry.
  Timestamp at;

  friend bool operator==(const Judgement&, const Judgement&) = default;
};

/// What became of one submission.
struct Outcome {
  enum class Status {
    recorded,   ///< A new entry.
    duplicate,  ///< The same statement was recorded before; this is its entry.
    refused,    ///< Nothing was written; `error` says why.
  };
  Status status = Status::refused;
  Hash statement;
  ledger::LogIndex index;  ///< Of the entry, unless refused.
  Hash leaf;               ///< Of the entry, unless refused.
  std::optional<Error> error;
  /// File that keeps both statements when this one contradicts an earlier one of its number.
  std::optional<std::filesystem::path> evidence{};
  /// Of a refusal by a rule: where it stands, to be signed for (ledger/refusal.hpp). The entries
  /// are in the log, which had no more when this call began or, if it had to look again, then.
  std::optional<Judgement> judged{};
};

enum class BatchMode {
  each,            ///< Every statement is accepted or refused by itself.
  all_or_nothing,  ///< One refusal refuses the whole batch.
};

struct RegistryOptions {
  /// Where the view is kept; none: it lives in memory alone and is rebuilt at every open.
  std::optional<ViewPlace> view;
  /// Folder for contradictions under one number (number_reuse.hpp); none: they are only refused.
  std::optional<std::filesystem::path> evidence{};
  std::size_t threads = 2;  ///< For signatures and manifests.
  /// The view is written behind when so many changes of chips are unsaved, or so many entries: the
  /// first saves a chip's states of one lot at once, the second bounds what is judged again after a
  /// crash.
  std::size_t flush_rows = 1'000'000;
  std::size_t flush_entries = 200'000;
  std::size_t max_attempts = 8;  ///< When other writers come first.
  /// With a view: when the process holds more than so many bytes, the state goes into a scratch
  /// file beside the view, as far as there is room for one (state/state_memory.hpp).
  std::uint64_t memory_bytes = std::uint64_t{2} << 30U;
  /// Reads no entries beyond, to be compared with a view of that time; such a registry does not
  /// record.
  std::optional<ledger::TreeSize> up_to{};
};

/// The register of chips over one log: judges statements, records them, and knows the state that
/// they lead to. The log is the truth; the state and the view can always be made from it.
///
/// Borrows log and clock. Not thread-safe.
class Registry final {
 public:
  /// Opens the view when it is there and sound, rebuilds it otherwise, and catches up with the log.
  /// Errors: `corrupt` if an entry of the log breaks a rule; those of the store.
  static Result<Registry> open(ledger::Log& log, Clock& clock, RegistryOptions options = {});
  Registry(Registry&&) noexcept;
  Registry& operator=(Registry&&) noexcept;
  ~Registry();

  /// Begins to read the submissions and to check their signatures, on other threads, and returns,
  /// so that the batch before can be recorded meanwhile. Hand it to `record` or let it go, before
  /// this object ends.
  [[nodiscard]] Batch begin(std::vector<Submission> submissions);

  /// Judges the submissions in order, each against the state that those before it lead to, and
  /// appends the accepted ones as one durable batch. One outcome per submission.
  /// Errors: `unavailable`, `corrupt`; then nothing was recorded as far as this object knows: open
  /// it anew. `conflict` only after `max_attempts` lost races.
  Result<std::vector<Outcome>> record(std::span<const Submission> submissions,
                                      BatchMode mode = BatchMode::each);
  /// The same, of a batch that was begun here, whatever was recorded since.
  Result<std::vector<Outcome>> record(Batch& batch, BatchMode mode = BatchMode::each);
  Result<Outcome> record(const Submission& submission);

  /// Whether `submission` would be accepted now; writes nothing.
  /// Errors: the refusal.
  Result<void> check(const Submission& submission);

  /// Reads what other writers recorded since.
  Result<void> catch_up();

  /// Forgets state and view and makes them anew from entry 0.
  Result<void> rebuild();

  /// Writes everything unsaved into the view.
  Result<void> flush();

  [[nodiscard]] const State& state() const { return memory_.state(); }
  [[nodiscard]] ledger::Log& log() const { return *log_; }

  /// Every table as NDJSON in primary-key order, the history of chips included when there is a
  /// view. Equal after any way to the same log.
  Result<void> dump(std::ostream& out);
  /// SHA-256 of what `dump` writes.
  Result<Hash> dump_hash();

  /// The view, or null when there is none; `flush` brings it up to date.
  [[nodiscard]] View* view() { return view_.get(); }

  /// Bytes of the state that lie in a scratch file.
  [[nodiscard]] std::uint64_t spilled_bytes() const { return memory_.spilled_bytes(); }

  /// Whether the view was loaded at `open`, and not rebuilt.
  [[nodiscard]] bool view_was_loaded() const { return view_was_loaded_; }

 private:
  struct Attempt;
  Registry(ledger::Log& log, Clock& clock, RegistryOptions options);
  [[nodiscard]] StateMemory empty_state() const;
  [[nodiscard]] State& now() { return memory_.state(); }
  [[nodiscard]] const State& now() const { return memory_.state(); }
  Result<void> open_view();
  Result<void> apply_entry(const ledger::Entry& entry);
  void learn_keys();
  [[nodiscard]] Batch::Help help_for(std::size_t submissions);
  [[nodiscard]] std::optional<Outcome> earlier(const Prepared& prepared) const;
  /// Keeps a statement that its party signed and that contradicts an entry of its number.
  void keep_contradiction(const Submission& submission, const Prepared& prepared,
                          Outcome& outcome) const;
  [[nodiscard]] Outcome verdict(const Prepared& prepared, Timestamp accepted_at,
                                std::optional<Case>& found);
  Result<bool> attempt(Attempt& batch, bool caught_up);
  void judge(Attempt& batch);
  void judge_alone(Attempt& batch);
  Result<ledger::Appended> append(const Attempt& batch);
  Result<void> finish(Attempt& batch, const ledger::Appended& appended);
  Result<void> flush_if_due();

  ledger::Log* log_;
  Clock* clock_;
  RegistryOptions options_;
  StateMemory memory_;
  std::unique_ptr<View> view_;
  // At one place, since batches borrow both. Keys are added, and none is taken away.
  std::unique_ptr<KeyRing> keys_;
  std::unique_ptr<Crew> crew_;  // made when there is something to share
  RowN known_keys_ = 0;
  bool view_was_loaded_ = false;
};

}  // namespace muster::registry
