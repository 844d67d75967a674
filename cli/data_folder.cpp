#include "cli/data_folder.hpp"

#include <cstdlib>
#include <filesystem>

namespace muster::cli {

namespace fs = std::filesystem;

std::string own_program() {
  std::error_code problem;
  const fs::path program = fs::read_symlink("/proc/self/exe", problem);
  return problem ? std::string("muster") : program.string();
}

Result<std::string> data_folder() {
  // Read once, before any thread is started.
  if (const char* chosen = std::getenv("MUSTER_DATA")) return std::string(chosen);  // NOLINT
  const fs::path beside = fs::path(own_program()).parent_path().parent_path();
  std::error_code problem;
  for (const char* candidate : {"data", "share/muster/data"}) {
    if (fs::exists(beside / candidate / "chip_models.csv", problem)) {
      return (beside / candidate).string();
    }
  }
  return failure(Errc::not_found, "data folder: neither " + (beside / "data").string() + " nor " +
                                      (beside / "share/muster/data").string() +
                                      " has chip_models.csv; set MUSTER_DATA");
}

}  // namespace muster::cli
