#include "cli/scratch_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <utility>

namespace muster::cli {

Result<ScratchFolder> ScratchFolder::make() {
  std::error_code problem;
  std::string path = (std::filesystem::temp_directory_path(problem) / "muster-XXXXXX").string();
  if (problem || ::mkdtemp(path.data()) == nullptr) {
    return failure(Errc::unavailable,
                   "making scratch folder " + path + ": " + std::generic_category().message(errno));
  }
  return ScratchFolder(path);
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

ScratchFolder::~ScratchFolder() {
  std::error_code problem;
  if (!path_.empty()) std::filesystem::remove_all(path_, problem);
}

}  // namespace muster::cli
