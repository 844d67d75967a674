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

/// The entries of a mirror, read by blocks where they are asked for, and one by one behind a gap.
class MirrorEntries final {
 public:
  explicit MirrorEntries(const EntryMirror& mirror) : mirror_(&mirror) {}

  /// Null where the mirror has none or cannot be read. Good until the next call.
  const Bytes* at(std::uint64_t index);

 private:
  const EntryMirror* mirror_;
  std::optional<std::uint64_t> first_{};
  std::vector<Bytes> block_;
  Bytes single_;
};

}  // namespace muster::ledger
