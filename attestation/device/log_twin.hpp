#pragma once

#include "attestation/device/entry_ndjson.hpp"
#include "attestation/device/log_items.hpp"

namespace muster::attestation {

/// Longest line of the twin.
inline constexpr std::size_t max_entry_line_bytes = 16'384;

/// Turns a log that comes in pieces into its NDJSON twin. Holds one piece.
class TwinWriter final {
 public:
  /// Takes the next piece and appends the lines of the entries that it ends.
  /// Errors: `invalid_input` with the offset of an item that is no entry: the twin has entries
  /// alone.
  Result<void> feed(ByteView piece, Bytes& out);
  /// Errors: as `feed`, for what is left over.
  Result<void> end(Bytes& out);
  [[nodiscard]] std::uint64_t entries() const { return entries_; }

 private:
  Result<void> take_items(Bytes& out);

  LogItems items_;
  std::string line_;
  std::uint64_t entries_ = 0;
};

/// Turns the twin back into the log, byte for byte. Holds one piece.
class TwinReader final {
 public:
  /// Takes the next piece and appends the entries whose lines it ends.
  /// Errors: `invalid_input` with the number of the line.
  Result<void> feed(ByteView piece, Bytes& out);
  /// Errors: `invalid_input` for a last line without LF.
  Result<void> end(Bytes& out);
  [[nodiscard]] std::uint64_t entries() const { return entries_; }

 private:
  Result<void> take_line(std::string_view line, Bytes& out);
  Result<void> take_held(Bytes& out);

  std::string held_;  // the beginning of a line that the next piece ends
  EntryLineReader reader_;
  std::uint64_t entries_ = 0;
};

}  // namespace muster::attestation
