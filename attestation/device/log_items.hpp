#pragma once

#include <optional>

#include "attestation/device/entry.hpp"

namespace muster::attestation {

/// Longest item of a log that is taken for an entry.
inline constexpr std::size_t max_entry_bytes = 4096;

/// One item of a log: an entry, or why it is none.
struct LogItem {
  std::uint64_t offset = 0;  ///< From the log's beginning.
  ByteView bytes{};          ///< Borrowed until the next call.
  std::optional<Entry> entry{};
  CborFault fault = CborFault::none;
  std::uint64_t fault_offset = 0;  ///< From the log's beginning, where there is a fault.
};

/// Looks at the beginning of `rest`, which lies at `offset` of a log. Nothing if no item of CBOR
/// ends within it.
[[nodiscard]] std::optional<LogItem> item_at_front(ByteView rest, std::uint64_t offset);

/// Cuts a log that comes in pieces of any size into its items. Holds one piece and less than an
/// item of `max_entry_bytes`.
class LogItems final {
 public:
  /// Adds the next piece. Requires: `next` gave nothing.
  void feed(ByteView piece);
  /// Says that no piece follows.
  void end() { ended_ = true; }
  /// The next item; nothing when another piece is wanted, at the end, or once `is_broken`.
  [[nodiscard]] std::optional<LogItem> next();

  /// Whether the bytes from `offset` on are no item of at most `max_entry_bytes`: where the next
  /// one would begin, nobody knows.
  [[nodiscard]] bool is_broken() const { return broken_; }
  /// Where the next item begins.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  /// The bytes that were not taken yet.
  [[nodiscard]] ByteView rest() const { return ByteView(held_).subspan(begin_); }

 private:
  Bytes held_;
  std::size_t begin_ = 0;
  std::uint64_t offset_ = 0;
  bool ended_ = false;
  bool broken_ = false;
};

}  // namespace muster::attestation
