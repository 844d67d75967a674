#pragma once

#include <filesystem>
#include <functional>

#include "ledger/base/error.hpp"

namespace muster::cli {

/// A name beside `path` under which nothing stands: for what is written aside first and renamed
/// then. What others left there is never touched.
[[nodiscard]] std::filesystem::path name_aside(const std::filesystem::path& path);

/// Makes `folder` by `fill`, aside first, so that no half of it ever has the name. It must not be
/// there, or be empty. Errors: `conflict`; `unavailable`; those of `fill`. Nothing is left then.
Result<void> create_folder(
    const std::filesystem::path& folder,
    const std::function<Result<void>(const std::filesystem::path& aside)>& fill);

}  // namespace muster::cli
