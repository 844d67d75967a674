#include "tests/support/foreign.hpp"

#include <cstdlib>
#include <iostream>

#include "tests/support/source_root.hpp"

namespace muster::test {

std::optional<std::filesystem::path> foreign_vectors(std::string_view path) {
  const char* const shared = std::getenv("MUSTER_SHARED");
  const std::filesystem::path root = shared != nullptr
                                         ? std::filesystem::path(shared)
                                         : std::filesystem::path(source_root) / "../shared";
  auto found = root / "vectors" / "foreign" / path;
  if (std::filesystem::exists(found)) return found;
  std::cout << "skipped: " << path << ": no foreign vectors beside the project\n";
  return std::nullopt;
}

}  // namespace muster::test
