#pragma once

#include <filesystem>

#include "ledger/base/error.hpp"

namespace muster::ledger {

/// Errors: `unavailable` if `path` lies on a network file system, where locks and fsync do not hold
/// what SQLite needs. Source: sqlite.org/wal.html and sqlite.org/useovernet.html.
Result<void> check_local_disk(const std::filesystem::path& path);

}  // namespace muster::ledger
