#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/store/writer_lock.hpp"
#include "ledger/tiles/tile_id.hpp"

namespace muster::ledger {

/// Called before each change to a folder; an error ends the work there.
using BeforeChange = std::function<Result<void>()>;

/// The folder of an exported log, for writing. Every file appears whole under its name or not at
/// all, and none that is there is ever changed but the checkpoint. What is half done lies in
/// `.export/`, which one process locks. Part of export.cpp.
class ExportFolder final {
 public:
  struct Options {
    bool dry_run = false;  ///< Change nothing; count what would be.
    BeforeChange before_change{};
  };

  /// Opens or makes the folder, and clears what an earlier, killed export left half done.
  /// Errors: `conflict` for a folder with other things and neither a checkpoint nor `.export/` in
  /// it; `invalid_input` for what is no folder; `unavailable`, also while another export runs.
  static Result<ExportFolder> open(const std::filesystem::path& named, Options options);

  /// The checkpoint that is there. Errors: `unavailable`, `invalid_input`.
  Result<std::optional<std::string>> checkpoint() const;

  /// Writes a new file, soon: `flush` makes sure. True if it was not there already.
  /// Errors: `conflict` if it is there with other bytes; `unavailable`.
  Result<bool> put(const std::string& path, Bytes bytes);
  /// Whether a file of this name is there.
  [[nodiscard]] bool has(const std::string& path) const;
  /// Puts what is pending under its names, and makes files and names durable.
  Result<void> flush();

  /// Removes the partial tiles beside this full one. How many there were.
  Result<std::uint64_t> drop_partials(const TileId& tile);
  /// Writes or replaces a file, durably, after all that was put before. For the checkpoint.
  Result<void> replace(const std::string& path, ByteView bytes);
  /// Removes a file if it is there, durably.
  Result<void> remove(const std::string& path);

  /// Bytes of the files that were written.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  struct Pending {
    std::string path;
    Bytes bytes;
  };

  ExportFolder(std::filesystem::path folder, Options options)
      : folder_(std::move(folder)), options_(std::move(options)) {}
  Result<void> begin();
  Result<void> before_change() const;
  Result<void> write_aside();
  Result<void> move_into_place(const std::string& aside, const std::string& path);
  void remember_to_sync(const std::string& path);
  [[nodiscard]] std::filesystem::path aside(std::size_t number) const;

  std::filesystem::path folder_;
  Options options_;
  std::optional<WriterLock> lock_;
  std::vector<Pending> pending_;
  std::size_t pending_bytes_ = 0;
  std::uint64_t bytes_ = 0;
  std::set<std::filesystem::path> to_sync_;
};

}  // namespace muster::ledger
