#include "ledger/tiles/export_folder.hpp"

#include <algorithm>
#include <system_error>

#include "ledger/base/file.hpp"
#include "ledger/base/parallel.hpp"
#include "ledger/store.hpp"
#include "ledger/tiles/bundle.hpp"

namespace muster::ledger {
namespace {

namespace fs = std::filesystem;

/// Files that are written before their names appear: enough to wait for the disk together.
constexpr std::size_t max_pending_files = 256;
constexpr std::size_t max_pending_bytes = std::size_t{32} << 20U;
/// Threads that wait for the disk. They do not compute.
constexpr unsigned sync_threads = 16;
constexpr const char* work_folder = ".export";

tl::unexpected<Error> folder_failure(const fs::path& path, const std::string& what,
                                     const std::error_code& problem) {
  return failure(Errc::unavailable, what + " " + path.string() + ": " + problem.message());
}

}  // namespace

Result<ExportFolder> ExportFolder::open(const fs::path& named, Options options) {
  std::error_code problem;
  fs::path folder = fs::absolute(named, problem).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();  // a slash at the end
  const fs::file_status status = fs::status(folder, problem);
  if (fs::exists(status)) {
    if (!fs::is_directory(status)) {
      return failure(Errc::invalid_input, folder.string() + ": got a file, want a folder");
    }
    const bool is_log =
        fs::exists(folder / "checkpoint", problem) || fs::exists(folder / work_folder, problem);
    if (!is_log && !fs::is_empty(folder, problem)) {
      return failure(Errc::conflict, folder.string() +
                                         ": is not empty and holds no exported log; name a new "
                                         "folder");
    }
  }
  ExportFolder opened(folder, std::move(options));
  if (!opened.options_.dry_run) MUSTER_TRY(opened.begin());
  return opened;
}

Result<void> ExportFolder::begin() {
  std::error_code problem;
  fs::create_directories(folder_ / work_folder, problem);
  if (problem) return folder_failure(folder_, "creating", problem);
  to_sync_.insert(folder_);
  MUSTER_TRY_ASSIGN(lock_, WriterLock::acquire(folder_ / work_folder / "writer"));
  for (std::size_t i = 0; i < max_pending_files; ++i) {
    fs::remove(aside(i), problem);
    if (problem) return folder_failure(aside(i), "removing", problem);
  }
  return {};
}

Result<void> ExportFolder::before_change() const {
  return options_.before_change ? options_.before_change() : Result<void>();
}

fs::path ExportFolder::aside(std::size_t number) const {
  return folder_ / work_folder / ("new." + std::to_string(number));
}

Result<std::optional<std::string>> ExportFolder::checkpoint() const {
  auto bytes = read_regular_file(folder_ / "checkpoint", max_checkpoint_bytes);
  if (bytes) return std::optional(std::string(as_text(*bytes)));
  if (bytes.error().code == Errc::not_found) return std::optional<std::string>();
  return failure(std::move(bytes).error());
}

bool ExportFolder::has(const std::string& path) const {
  std::error_code problem;
  return fs::exists(folder_ / path, problem);
}

Result<bool> ExportFolder::put(const std::string& path, Bytes bytes) {
  const auto known = read_regular_file(folder_ / path, max_blob_bytes);
  if (known && *known == bytes) {
    // It may come from an export that was killed before it synced the name.
    if (!options_.dry_run) remember_to_sync(path);
    return false;
  }
  if (known) {
    return failure(
        Errc::conflict,
        folder_.string() + "/" + path +
            ": is there with other bytes: another log's, or damaged; once it is moved away, an "
            "export that mends writes it anew");
  }
  if (known.error().code != Errc::not_found) return failure(known.error());
  bytes_ += bytes.size();
  if (options_.dry_run) return true;
  pending_bytes_ += bytes.size();
  pending_.push_back({path, std::move(bytes)});
  const bool is_much = pending_.size() >= max_pending_files || pending_bytes_ >= max_pending_bytes;
  if (is_much) MUSTER_TRY(write_aside());
  return true;
}

/// Writes all that is pending aside, waits for the disk, and gives the files their names.
Result<void> ExportFolder::write_aside() {
  for (std::size_t i = 0; i < pending_.size(); ++i) MUSTER_TRY(before_change());
  std::vector<Result<void>> written(pending_.size());
  parallel_for(pending_.size(), sync_threads,
               [&](std::size_t i) { written[i] = write_synced_file(aside(i), pending_[i].bytes); });
  for (const auto& one : written) MUSTER_TRY(one);
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    MUSTER_TRY(move_into_place(aside(i), pending_[i].path));
  }
  pending_.clear();
  pending_bytes_ = 0;
  return {};
}

Result<void> ExportFolder::move_into_place(const std::string& aside, const std::string& path) {
  MUSTER_TRY(before_change());
  const fs::path target = folder_ / path;
  std::error_code problem;
  fs::create_directories(target.parent_path(), problem);
  if (!problem) fs::rename(aside, target, problem);
  if (problem) return folder_failure(target, "creating", problem);
  remember_to_sync(path);
  return {};
}

/// Each folder on the way may be new: its name is durable when the one above it is synced.
void ExportFolder::remember_to_sync(const std::string& path) {
  to_sync_.insert(folder_);
  for (fs::path at = (folder_ / path).parent_path(); at != folder_; at = at.parent_path()) {
    if (!to_sync_.insert(at).second) break;
  }
}

Result<void> ExportFolder::flush() {
  MUSTER_TRY(write_aside());
  for (const fs::path& folder : to_sync_) MUSTER_TRY(sync_folder(folder));
  to_sync_.clear();
  return {};
}

Result<std::uint64_t> ExportFolder::drop_partials(const TileId& tile) {
  const fs::path beside = folder_ / (tile_path(tile.full()) + ".p");
  std::error_code problem;
  std::vector<fs::path> files;
  for (fs::directory_iterator at(beside, problem); !problem && at != fs::end(at);
       at.increment(problem)) {
    files.push_back(at->path());
  }
  if (problem == std::errc::no_such_file_or_directory) return std::uint64_t{0};
  if (problem) return folder_failure(beside, "listing", problem);
  if (options_.dry_run) return files.size();
  for (const fs::path& file : files) {
    MUSTER_TRY(before_change());
    fs::remove(file, problem);
    if (problem) return folder_failure(file, "removing", problem);
  }
  MUSTER_TRY(before_change());
  fs::remove(beside, problem);
  if (problem) return folder_failure(beside, "removing", problem);
  return files.size();
}

Result<void> ExportFolder::replace(const std::string& path, ByteView bytes) {
  bytes_ += bytes.size();
  if (options_.dry_run) return {};
  MUSTER_TRY(flush());
  MUSTER_TRY(before_change());
  MUSTER_TRY(write_synced_file(aside(0), bytes));
  MUSTER_TRY(move_into_place(aside(0), path));
  return flush();
}

Result<void> ExportFolder::remove(const std::string& path) {
  if (options_.dry_run || !has(path)) return {};
  MUSTER_TRY(before_change());
  std::error_code problem;
  fs::remove(folder_ / path, problem);
  if (problem) return folder_failure(folder_ / path, "removing", problem);
  return sync_folder((folder_ / path).parent_path());
}

}  // namespace muster::ledger
