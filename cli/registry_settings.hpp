#pragma once

#include <filesystem>

#include "ledger/base/json.hpp"

namespace muster::cli {

/// What `muster.json` in a registry's folder says. Errors: `not_found`; `invalid_input` for what is
/// no object, naming the file.
Result<Json> read_settings(const std::filesystem::path& folder);

/// Replaces the file as a whole, or leaves it.
Result<void> write_settings(const std::filesystem::path& folder, const Json& settings);

}  // namespace muster::cli
