#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "ledger/base/check.hpp"

namespace muster::fuzz {

/// A folder of this process alone, in memory where the system has such a place. Gone at the end.
class Scratch final {
 public:
  explicit Scratch(const std::string& name) {
    std::error_code ignored;
    const bool has_memory = std::filesystem::is_directory("/dev/shm", ignored);
    const std::filesystem::path parent =
        has_memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path();
    std::string path = (parent / ("muster-fuzz-" + name + "-XXXXXX")).string();
    MUSTER_CHECK(::mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace muster::fuzz
