#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "ledger/base/byte_source.hpp"
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

/// The rule of an error that says that a file is longer than the limit.
inline constexpr std::string_view file_too_long = "file.too_long";

/// Like `read_file`, for places where anybody may have put anything: opens no pipe or device, where
/// reading might wait for ever, and looks at the length first.
/// Errors: as `read_file`; `invalid_input` for what is no regular file, with rule `file.too_long`
/// for one that is longer than `limit`.
Result<Bytes> read_regular_file(const std::filesystem::path& path, std::uint64_t limit);

/// Writes `bytes` to `path` and syncs them, but not the name in its folder. A crash midway leaves
/// half a file: for files that are renamed afterwards, and folders that are synced then.
/// Errors: `unavailable`.
Result<void> write_synced_file(const std::filesystem::path& path, ByteView bytes,
                               unsigned mode = 0644);

/// Makes the names in `folder` durable, as they are after renames and removals.
/// Errors: `unavailable`.
Result<void> sync_folder(const std::filesystem::path& folder);

/// Writes aside, syncs, and renames: readers see the old file or the whole new one.
/// Errors: `unavailable`; the old file is then untouched.
Result<void> write_file_atomically(const std::filesystem::path& path, ByteView bytes,
                                   unsigned mode = 0644);

/// Like `write_file_atomically`, and refuses to replace a file that exists.
/// Errors: `conflict` if `path` exists.
Result<void> create_file(const std::filesystem::path& path, ByteView bytes, unsigned mode = 0644);

/// Like `create_file`, for what is too long to be in memory at once: `fill` gives the sink that it
/// gets one piece after the other. Errors: as `create_file`; those of `fill`; no file is made then.
Result<void> create_file_in_pieces(const std::filesystem::path& path,
                                   const std::function<Result<void>(const ByteSink& sink)>& fill,
                                   unsigned mode = 0644);

/// Gives the file `from` the name `to`, durably, in the same file system.
/// Errors: `conflict` if `to` exists; `unavailable`; nothing was done then.
Result<void> move_file(const std::filesystem::path& from, const std::filesystem::path& to);

/// Like `move_file`, in place of a file `to` that may be there: readers see the old or the new one.
Result<void> replace_file(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace muster
