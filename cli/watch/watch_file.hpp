#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "ledger/followed_head.hpp"
#include "ledger/store/writer_lock.hpp"

namespace muster::cli {

/// Where a watch keeps how far it came (ledger/followed_head.hpp): replaced as a whole, one watch
/// at a time.
class WatchFile final {
 public:
  /// A file that is not there yet is one that begins.
  /// Errors: `unavailable` while another watch uses it; `invalid_input` for what is none.
  static Result<WatchFile> open(std::filesystem::path file);

  [[nodiscard]] const std::optional<ledger::FollowedHead>& read() const { return read_; }
  /// Durable when it returns. Errors: `unavailable`; the old one is then untouched.
  Result<void> save(const ledger::FollowedHead& head) const;
  [[nodiscard]] const std::filesystem::path& path() const { return file_; }

 private:
  WatchFile(std::filesystem::path file, ledger::WriterLock lock)
      : file_(std::move(file)), lock_(std::move(lock)) {}

  std::filesystem::path file_;
  ledger::WriterLock lock_;
  std::optional<ledger::FollowedHead> read_;
};

/// Statement hashes, one a line in hex; empty lines and what follows a # count for nothing.
/// Errors: `invalid_input`, naming file and line; those of the file.
Result<std::set<Hash>> known_statements(const std::filesystem::path& file);

}  // namespace muster::cli
