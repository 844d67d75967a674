#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace muster::test {

/// The file or folder `path` among the vectors of other projects, which are read in place and are
/// no part of this repository: under $MUSTER_SHARED, or beside the source. Prints one line and
/// gives nothing when they are not there.
[[nodiscard]] std::optional<std::filesystem::path> foreign_vectors(std::string_view path);

}  // namespace muster::test
