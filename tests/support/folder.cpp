#include "tests/support/folder.hpp"

#include <stdlib.h>

#include <system_error>

#include "ledger/base/check.hpp"

namespace muster::test {

Folder::Folder(const std::string& name) {
  std::string pattern = (std::filesystem::temp_directory_path() / (name + "-XXXXXX")).string();
  MUSTER_CHECK(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace muster::test
