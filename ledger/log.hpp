#pragma once

#include <optional>
#include <span>
#include <vector>

#include "ledger/entry.hpp"
#include "ledger/store.hpp"

namespace muster::ledger {

/// What an append made: the entries [first, first + leaves.size()) and the head they led to.
struct Appended {
  LogIndex first;
  std::vector<Hash> leaves;  ///< One leaf hash per entry.
  TreeHead head;
};

/// Builds the chained entries of one log and writes them through a Store.
///
/// It remembers the end of the log. When another writer came first, `append` says `conflict`;
/// `refresh`, judge again, and retry. Borrows the store. Not thread-safe.
class Log final {
 public:
  /// Cost: O(log n). Errors: `corrupt` if the last entry, its leaf hash and the size disagree.
  static Result<Log> open(Store& store);

  /// The head as of `open`, the last `append` or the last `refresh`.
  [[nodiscard]] const TreeHead& head() const { return head_; }
  [[nodiscard]] TreeSize size() const { return head_.size; }
  /// The leaf hash of the last entry; all zeros in an empty log.
  [[nodiscard]] const Hash& last_leaf() const { return last_leaf_; }
  /// When the last entry was accepted; the epoch in an empty log.
  [[nodiscard]] Timestamp last_accepted_at() const { return last_accepted_at_; }

  /// Reads the end of the log anew.
  Result<void> refresh();

  /// Why this log must not go on: it keeps a checkpoint of its own that is beyond its entries, as
  /// an older copy that was restored does. What it would append now would stand in the places of
  /// entries that it has signed before. Nothing for a log that is whole.
  [[nodiscard]] const std::optional<Error>& behind() const { return behind_; }

  /// Appends one entry per envelope, all accepted at one instant, durably or not at all.
  /// Errors: `conflict` if the log does not have `expected` entries; `invalid_input` for a time
  /// before that of the last entry, or an envelope whose entry would be above 65,535 bytes; that of
  /// `behind`.
  Result<Appended> append(TreeSize expected, Timestamp accepted_at,
                          std::span<const Envelope> envelopes, std::span<const Blob> blobs = {});

  /// Entries [first, first + count), fewer where the log ends. Errors: `corrupt`, with the index,
  /// for bytes that are no entry or one that stands in another place.
  Result<std::vector<Entry>> read(LogIndex first, std::size_t count) const;

  /// The store, for blobs and checkpoints.
  [[nodiscard]] Store& store() const { return *store_; }

 private:
  explicit Log(Store& store) : store_(&store) {}

  Store* store_;
  TreeHead head_{};
  Hash last_leaf_{};
  Timestamp last_accepted_at_{};
  std::optional<Error> behind_{};
};

}  // namespace muster::ledger
