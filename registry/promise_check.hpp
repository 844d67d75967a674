#pragma once

#include <optional>
#include <vector>

#include "ledger/mirror.hpp"
#include "ledger/promise.hpp"

namespace muster::registry {

/// What became of a promise.
enum class PromiseState {
  kept,    ///< An entry accepted in time is the statement, or a refusal of it.
  broken,  ///< An entry was accepted after the deadline, and none before it keeps the promise.
  open,    ///< Neither yet: this copy of the log does not reach beyond the deadline.
};

struct PromiseFate {
  PromiseState state = PromiseState::open;
  /// The entry that decides: the one that keeps it, or the first after the deadline.
  std::optional<ledger::LogIndex> entry{};
  bool by_refusal = false;  ///< Kept by a refusal.
  Timestamp accepted_at{};  ///< Of that entry; of the last one while the promise is open.
  /// The first entry after the deadline that would have kept it.
  std::optional<ledger::LogIndex> too_late{};
};

/// Follows the entries of a log until they decide about a promise. Times never go back, so the
/// first entry after the deadline decides for ever: an operator who keeps his promises cannot be
/// found to have broken one. Whether the entries are those of the log is for the caller to know.
class PromiseScan final {
 public:
  /// Borrows it.
  explicit PromiseScan(const ledger::SubmissionPromise& promise) : promise_(&promise) {}

  /// The next entry. Refusals count that are signed by a key which the entries before name as the
  /// operator's.
  void take(const ledger::Entry& entry);
  [[nodiscard]] const PromiseFate& fate() const { return fate_; }

 private:
  [[nodiscard]] bool keeps(const ledger::Entry& entry, bool& by_refusal) const;

  const ledger::SubmissionPromise* promise_;
  std::vector<ledger::VerifierKey> keys_;  // of the operator, as the entries so far name them
  PromiseFate fate_;
};

/// Reads a copy of the log for what became of a promise. That an entry keeps it is for its receipt
/// to prove; otherwise all entries were read, and are those of `head`. Errors: `corrupt` for bytes
/// that are no entry, or do not lead to the head's root; `unavailable` where the copy ends before;
/// those of the mirror. Cost: one pass.
Result<PromiseFate> fate_of_promise(const ledger::SubmissionPromise& promise,
                                    const ledger::EntryMirror& log, const ledger::TreeHead& head);

}  // namespace muster::registry
