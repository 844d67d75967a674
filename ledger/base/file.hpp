#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster {

/// Longest file that is read whole. Larger inputs are streamed by the format that has them.
inline constexpr std::uint64_t max_file_bytes = std::uint64_t{1} << 30U;

/// The whole file. Errors: `not_found` when there is none, `unavailable` when it cannot be read,
/// `invalid_input` when it is a folder or longer than `limit`.
Result<Bytes> read_file(const std::filesystem::path& path, std::uint64_t limit = max_file_bytes);

/// Like `read_file`, as text.
Result<std::string> read_text_file(const std::filesystem::path& path,
                                   std::uint64_t limit = max_file_bytes);

/// Writes aside, syncs, and renames: readers see the old file or the whole new one.
/// Errors: `unavailable`; the old file is then untouched.
Result<void> write_file_atomically(const std::filesystem::path& path, ByteView bytes,
                                   unsigned mode = 0644);

/// Like `write_file_atomically`, and refuses to replace a file that exists.
/// Errors: `conflict` if `path` exists.
Result<void> create_file(const std::filesystem::path& path, ByteView bytes, unsigned mode = 0644);

/// Gives the file `from` the name `to`, durably, in the same file system.
/// Errors: `conflict` if `to` exists; `unavailable`; nothing was done then.
Result<void> move_file(const std::filesystem::path& from, const std::filesystem::path& to);

/// Like `move_file`, in place of a file `to` that may be there: readers see the old or the new one.
Result<void> replace_file(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace muster
