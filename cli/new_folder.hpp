#pragma once

#include <filesystem>
#include <functional>
#include <initializer_list>

#include "ledger/base/error.hpp"

namespace muster::cli {

/// A name beside `path` under which nothing stands: for what is written aside first and renamed
/// then. What others left there is never touched.
[[nodiscard]] std::filesystem::path name_aside(const std::filesystem::path& path);

/// Refuses before anything is done what would be refused, or half done, at its end: files that are
/// to be made and are there already. An empty name is a file that nobody asked for.
/// Errors: `conflict` for one that exists; `invalid_input` for two of one name.
Result<void> check_new(std::initializer_list<std::filesystem::path> files);

/// Makes `folder` by `fill`, aside first, so that no half of it ever has the name. It must not be
/// there, or be empty. Errors: `conflict`; `unavailable`; those of `fill`. Nothing is left then.
Result<void> create_folder(
    const std::filesystem::path& folder,
    const std::function<Result<void>(const std::filesystem::path& aside)>& fill);

}  // namespace muster::cli
