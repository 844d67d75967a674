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
  EntryRepeats repeats{};          ///< Of the last readable entry that was read into this item.
};

/// Reads what `rest`, which lies at `offset` of a log, begins with, into `item`. False if no item
/// of CBOR ends within it.
[[nodiscard]] bool read_item_at_front(ByteView rest, std::uint64_t offset, LogItem& item);

/// Cuts a log that comes in pieces of any size into its items. Reads a piece where it lies, and
/// keeps of it, once it is used up, the item given last and what the next one begins with.
class LogItems final {
 public:
  LogItems() = default;
  LogItems(const LogItems&) = delete;
  LogItems& operator=(const LogItems&) = delete;

  /// Adds the next piece, which is borrowed until `next` gives nothing. Requires: so it did.
  void feed(ByteView piece);
  /// Says that no piece follows.
  void end() { ended_ = true; }
  /// The next item, whose bytes hold until this gives null: when another piece is wanted, at the
  /// end, or once `is_broken`.
  [[nodiscard]] const LogItem* next();
  /// The bytes of the item before that one.
  [[nodiscard]] ByteView before() const { return before_; }

  /// Whether the bytes from `offset` on are no item of at most `max_entry_bytes`: where the next
  /// one would begin, nobody knows.
  [[nodiscard]] bool is_broken() const { return broken_; }
  /// Where the next item begins.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  /// The bytes that were not taken yet.
  [[nodiscard]] ByteView rest() const { return rest_; }

 private:
  void pass_to_piece();
  void keep_rest();

  LogItem item_;
  Bytes held_;              // the item given last and what follows it, from before the piece
  ByteView last_;           // the item given last, here or there
  ByteView before_;         // the one before that
  ByteView rest_;           // what is to be read, in `held_` or in the piece
  ByteView piece_{};        // the piece, while `rest_` is in `held_`
  std::size_t copied_ = 0;  // how many of its first bytes are at the end of `rest_` as well
  std::uint64_t offset_ = 0;
  bool ended_ = false;
  bool broken_ = false;
};

}  // namespace muster::attestation
