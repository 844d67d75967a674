#pragma once

#include <filesystem>

#include "ledger/base/error.hpp"

namespace muster::crypto {

/// Looks whether a file of secrets is its owner's alone.
/// Errors: `invalid_input`, with the remedy, for one that others may read or write.
Result<void> check_private(const std::filesystem::path& path);

}  // namespace muster::crypto
