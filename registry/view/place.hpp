#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "ledger/log.hpp"
#include "registry/view/view.hpp"

namespace muster::registry {

/// Where a view is kept: in a file, or on a server of PostgreSQL.
class ViewPlace final {
 public:
  /// In the file at `file`. Implicit: a path is a place.
  ViewPlace(std::filesystem::path file) : file_(std::move(file)) {}  // NOLINT
  /// In the database that `url` names, in its schema `muster_view`. With `only_read` it is read
  /// and never written, as on a standby.
  static ViewPlace on_server(std::string url, bool only_read = false);

  [[nodiscard]] bool is_file() const { return url_.empty(); }
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] bool only_read() const { return only_read_; }
  /// Where files that go with the view may be: beside it, or where the system has such files.
  [[nodiscard]] std::filesystem::path scratch_folder() const;

 private:
  std::filesystem::path file_;
  std::string url_{};
  bool only_read_ = false;
};

/// Opens the view there and fills `state` from it.
/// Errors: `not_found`, `invalid_input`, `corrupt`: each asks for a view made anew. Also when the
/// log is shorter than the view, or has another statement where the view's last one is.
/// `unavailable` for a server that cannot be asked, whose view may be a good one.
Result<std::unique_ptr<View>> load_view(const ViewPlace& place, State& state, ledger::Log& log,
                                        const View::Pause& pause = {});

/// Makes an empty view there, in the place of what there is.
Result<std::unique_ptr<View>> create_view(const ViewPlace& place);

/// The right to make a view, which one process has at a time.
class ViewLock {
 public:
  ViewLock() = default;
  ViewLock(const ViewLock&) = delete;
  ViewLock& operator=(const ViewLock&) = delete;
  virtual ~ViewLock() = default;
};

/// Waits a bounded time for the right. Errors: `unavailable`.
Result<std::unique_ptr<ViewLock>> lock_view(const ViewPlace& place);

}  // namespace muster::registry
