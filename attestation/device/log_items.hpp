#pragma once

#include <optional>

#include "attestation/device/entry.hpp"

namespace muster::attestation {

/// Longest item of a log that is taken for an entry.
inline constexpr std::size_t max_entry_bytes = 4096;

/// Items of a log that are no entries and are looked at one by one; from the next one on the log
/// counts as unreadable. Entries have a size by which memory is bounded, such items may be single
/// bytes.
inline constexpr std::size_t max_unreadable_items = 4096;

/// One item of a log: an entry, or why it is none.
struct LogItem {
  std::uint64_t offset = 0;  ///< From the log's beginning.
  ByteView bytes{};          ///< Borrowed.
  bool readable = false;
  Entry entry{};  ///< Where `readable`; else of no meaning.
  CborFault fault = CborFault::none;
  std::uint64_t fault_offset = 0;  ///< From the log's beginning, where there is a fault.
  EntryTail tail{};                ///< Of the last readable entry that was read into this item.
};

/// Reads what `rest`, which lies at `offset` of a log, begins with, into `item`. False if no item
/// of CBOR ends within it.
[[nodiscard]] bool read_item_at_front(ByteView rest, std::uint64_t offset, LogItem& item);

/// Cuts a log that comes in pieces of any size into its items. Holds one piece and less than an
/// item of `max_entry_bytes`, and the item given last.
class LogItems final {
 public:
  /// Adds the next piece. Requires: `next` gave nothing.
  void feed(ByteView piece);
  /// Says that no piece follows.
  void end() { ended_ = true; }
  /// The next item, whose bytes hold until the next piece; null when another piece is wanted, at
  /// the end, or once `is_broken`.
  [[nodiscard]] const LogItem* next();
  /// The bytes of the item before that one.
  [[nodiscard]] ByteView before() const;

  /// Whether the bytes from `offset` on are no item of at most `max_entry_bytes`: where the next
  /// one would begin, nobody knows.
  [[nodiscard]] bool is_broken() const { return broken_; }
  /// Where the next item begins.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  /// The bytes that were not taken yet.
  [[nodiscard]] ByteView rest() const { return ByteView(held_).subspan(begin_); }

 private:
  LogItem item_;
  Bytes held_;
  std::size_t before_ = 0;  // places in `held_`: of the item before the last, of the last,
  std::size_t last_ = 0;
  std::size_t begin_ = 0;  // and of the next
  std::uint64_t offset_ = 0;
  bool ended_ = false;
  bool broken_ = false;
};

}  // namespace muster::attestation
