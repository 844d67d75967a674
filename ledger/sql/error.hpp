#pragma once

#include <string>

#include "ledger/base/error.hpp"

struct sqlite3;

namespace muster::sql {

/// Result code `code` of SQLite as an Error: `unavailable` for busy, full, unreadable; `corrupt`
/// for damage and for a schema that is not the expected one; `conflict` for a refused constraint.
/// The message ends in SQLite's own words. `database` may be null.
[[nodiscard]] Error sqlite_error(sqlite3* database, int code, const std::string& what);

}  // namespace muster::sql
