#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster {

/// Takes the next piece of bytes that are too many to be in memory at once.
using ByteSink = std::function<Result<void>(ByteView piece)>;

/// Longest piece that is read at once.
inline constexpr std::size_t max_piece_bytes = std::size_t{1} << 20U;

/// Bytes that are read where they lie: those of a regular file, of which none stays in memory, or
/// bytes in memory. A file is not mapped: one that is cut off or whose disk fails while it is read
/// is an error, and no signal.
class ByteSource final {
 public:
  /// Bytes in memory.
  explicit ByteSource(Bytes bytes);
  /// The file as it is now; it stays open as long as this object.
  /// Errors: `not_found`; `unavailable`; `invalid_input` for what is no regular file.
  static Result<ByteSource> open(const std::filesystem::path& path);
  ByteSource(ByteSource&& other) noexcept;
  ByteSource& operator=(ByteSource&& other) noexcept;
  ~ByteSource();

  /// Bytes in all, as they were when it was opened.
  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// Fills `into` with the bytes from `first` on. Requires: as many bytes from there on.
  /// Errors: `unavailable`, naming the file: it cannot be read, or has become shorter.
  Result<void> read(std::uint64_t first, std::span<std::uint8_t> into) const;

  /// Gives `count` bytes from `first` on to `sink`, in order. Requires: as many bytes from there
  /// on. Errors: those of `read` and of `sink`; what follows is not read then.
  Result<void> pour(std::uint64_t first, std::uint64_t count, const ByteSink& sink) const;

 private:
  ByteSource() = default;

  std::string path_;  // for messages
  Bytes bytes_;       // where there is no file
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace muster
