#pragma once

#include <map>
#include <optional>

#include "ledger/store.hpp"

namespace muster::ledger {

/// Which of a log's kept checkpoints cover an entry, found by halving: they are kept in the order
/// in which they were signed, which is that of their sizes. Two who sign at the same moment may
/// keep theirs in the other order; then an answer may be off by as many places.
///
/// For some questions in a row: what was read of a checkpoint is not read again.
class Coverage final {
 public:
  /// Requires: `store` outlives this.
  explicit Coverage(Store& store) : store_(store) {}

  /// The number, from 0 in the order of keeping, of the first checkpoint that covers entry `index`;
  /// how many there are when none does. Signatures are not looked at. Errors: those of the store.
  /// Cost: twice the logarithm of that number in reads of one checkpoint.
  Result<std::uint64_t> first(LogIndex index);

  /// The least size of those that cover the entry; nothing when none does. Errors and cost as
  /// above.
  Result<std::optional<std::uint64_t>> least_size(LogIndex index);

 private:
  Result<bool> covers_or_ends(std::uint64_t number, LogIndex index);

  Store& store_;
  std::map<std::uint64_t, std::uint64_t> sizes_{};  // by number
};

}  // namespace muster::ledger
