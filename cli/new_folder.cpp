#include "cli/new_folder.hpp"

#include <unistd.h>

#include <set>
#include <string>

#include "ledger/base/file.hpp"

namespace muster::cli {

namespace fs = std::filesystem;

fs::path name_aside(const fs::path& path) {
  // "drafts/" is the folder drafts.
  const fs::path named = path.has_filename() ? path : path.parent_path();
  const std::string start = named.string() + ".new." + std::to_string(::getpid());
  std::error_code problem;
  fs::path name = start;
  for (int n = 1; fs::exists(fs::symlink_status(name, problem)); ++n) {
    name = start + "." + std::to_string(n);
  }
  return name;
}

Result<void> check_new(std::initializer_list<fs::path> files) {
  std::set<fs::path> names;
  for (const fs::path& file : files) {
    if (file.empty()) continue;
    std::error_code problem;
    if (fs::exists(fs::symlink_status(file, problem))) {
      return failure(Errc::conflict, file.string() + ": exists already, and is not overwritten");
    }
    if (!names.insert(file.lexically_normal()).second) {
      return failure(Errc::invalid_input, file.string() + ": asked for as two files");
    }
  }
  return {};
}

Result<void> create_folder(const fs::path& folder,
                           const std::function<Result<void>(const fs::path& aside)>& fill) {
  std::error_code problem;
  const fs::path place = folder.has_filename() ? folder : folder.parent_path();
  if (fs::exists(place, problem) && !fs::is_empty(place, problem)) {
    return failure(Errc::conflict, place.string() + ": exists and is not empty; give a new folder");
  }
  const fs::path aside = name_aside(place);
  if (!fs::create_directories(aside, problem)) {
    return failure(Errc::unavailable, "creating " + aside.string() + ": " + problem.message());
  }
  auto made = fill(aside);
  if (made) {
    fs::remove(place, problem);  // only an empty folder can stand there
    made = replace_file(aside, place);
  }
  if (!made) fs::remove_all(aside, problem);
  return made;
}

}  // namespace muster::cli
