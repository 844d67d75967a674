#pragma once

#include <filesystem>

#include "ledger/base/error.hpp"

namespace muster::cli {

/// A folder for files that nobody needs afterwards. It goes with this object.
class ScratchFolder final {
 public:
  /// The name is the system's choice, whatever random numbers the command was given: two runs
  /// that play the same world must not meet here. Errors: `unavailable`.
  static Result<ScratchFolder> make();
  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

}  // namespace muster::cli
