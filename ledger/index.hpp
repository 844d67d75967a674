#pragma once

#include <compare>
#include <cstdint>

namespace muster::ledger {

/// The place of an entry in its log, from 0.
struct LogIndex {
  std::uint64_t value = 0;
  friend auto operator<=>(const LogIndex&, const LogIndex&) = default;
};

/// How many entries a log, or a prefix of it, has.
struct TreeSize {
  std::uint64_t value = 0;
  friend auto operator<=>(const TreeSize&, const TreeSize&) = default;
};

/// The entries [first, first + count).
struct EntryRange {
  std::uint64_t first;
  std::uint64_t count;
  friend auto operator<=>(const EntryRange&, const EntryRange&) = default;
};

}  // namespace muster::ledger
