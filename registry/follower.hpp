#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "ledger/mirror.hpp"
#include "registry/state/state_memory.hpp"
#include "registry/submission.hpp"

namespace muster::registry {

/// One entry as a reader of the log meets it.
struct Followed {
  const ledger::Entry& entry;
  const Prepared& prepared;  ///< With its signatures, each checked unless the reader trusts them.
  const Case* found;         ///< What the rules found of it; null if they refuse it.
  const Error* fault;        ///< Why it must not stand where it does; null if it may.
};

/// What is told of each entry, in log order. Either may be left out.
struct FollowVisitor {
  /// While the state is still that before the entry.
  std::function<void(const Followed&)> before{};
  /// When the state is that after it.
  std::function<void(const Followed&)> after{};
};

struct FollowOptions {
  std::size_t threads = 2;  ///< For signatures and manifests.
  /// Signatures of entries below this index are taken as good: they were checked in an earlier run.
  std::uint64_t trusted = 0;
};

/// Reads a log from its first entry and judges each by the rules again, from nothing that its
/// writer derived. A faulty entry changes no state, so later ones that build on it are faults as
/// well. Whether the entries are those of the log is for the caller to know. Not thread-safe.
class Follower final {
 public:
  explicit Follower(const FollowOptions& options = {}, StateMemory memory = StateMemory())
      : options_(options), memory_(std::move(memory)) {}

  /// Judges entries that follow those before. Manifests come from `blob`; one that is missing is a
  /// fault of its entry. Errors: `unavailable` and others of `blob` that do not say `not_found`.
  Result<void> take(std::span<const ledger::Entry> entries,
                    const std::function<Result<Bytes>(const Hash&)>& blob,
                    const FollowVisitor& visitor = {});

  /// Judges one entry that follows those before, by what was read of it ahead: for readers that
  /// have other threads prepare entries meanwhile.
  void take(const ledger::Entry& entry, const Prepared& prepared,
            const FollowVisitor& visitor = {});
  /// Counts an entry that cannot be read.
  void pass_over();

  [[nodiscard]] const State& state() const { return memory_.state(); }
  [[nodiscard]] const StateMemory& memory() const { return memory_; }

  /// What the rules say of a further statement at `at`. The state is as before when this returns.
  Result<Case> judge(const Prepared& prepared, Timestamp at);

  /// The keys that statements so far have brought.
  [[nodiscard]] const KeyRing& keys() const { return keys_; }

 private:
  [[nodiscard]] std::vector<Prepared> prepare_all(std::span<const ledger::Entry> entries,
                                                  const BlobSource& blobs);

  FollowOptions options_;
  StateMemory memory_;
  KeyRing keys_;
};

/// Signatures as if all had been checked and were good.
[[nodiscard]] std::vector<CheckedSignature> taken_as_good(const ledger::Envelope& envelope);

/// Reads entries [from, to) of a log in pieces and has them followed.
/// Errors: `corrupt` for bytes that are no entry or one of another place; `unavailable` where the
/// log ends before; those of the mirror.
Result<void> follow_entries(Follower& follower, const ledger::EntryMirror& log, std::uint64_t to,
                            const FollowVisitor& visitor = {});

}  // namespace muster::registry
