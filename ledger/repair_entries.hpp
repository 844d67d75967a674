#pragma once

#include <optional>
#include <vector>

#include "ledger/mirror.hpp"

namespace muster::ledger {

/// What a damaged log still gives of one entry. Part of repair.cpp.
struct OwnEntry {
  std::optional<Bytes> body;  ///< None if it cannot be read, or the log ends before it.
  std::optional<Hash> leaf;   ///< The leaf hash stored beside it.
  bool is_beyond_end = false;
};

/// The entries of a damaged log, each as far as it can be read: a block that cannot is tried entry
/// by entry. A null store has none, and no end.
class OwnEntries final {
 public:
  explicit OwnEntries(Store* store) : store_(store) {}

  const OwnEntry& at(std::uint64_t index);
  /// The next entry's `previous`: what this entry's leaf hash was when that one was made.
  std::optional<Hash> previous_of_next(std::uint64_t index);

 private:
  void load(std::uint64_t first);
  OwnEntry single(std::uint64_t index);

  Store* store_;
  std::optional<std::uint64_t> first_{};
  std::vector<OwnEntry> block_;
};

/// The entries of a mirror, read by blocks: from the entry that is asked for to the end of its
/// block, so that a gap costs one read for each entry that is not there. A block of which a read
/// fails is tried entry by entry.
class MirrorEntries final {
 public:
  explicit MirrorEntries(const EntryMirror& mirror) : mirror_(&mirror) {}

  /// Null where the mirror has none or cannot be read. Good until the next call.
  const Bytes* at(std::uint64_t index);

 private:
  [[nodiscard]] bool is_known(std::uint64_t index) const;
  void load(std::uint64_t index);

  const EntryMirror* mirror_;
  // The last read:
  std::uint64_t first_ = 0;
  std::size_t asked_ = 0;
  std::vector<Bytes> given_;
  std::optional<std::uint64_t> unreadable_{};  ///< The last block of which a read failed.
};

}  // namespace muster::ledger
