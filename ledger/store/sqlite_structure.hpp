#pragma once

#include <string>
#include <vector>

#include "ledger/sql/database.hpp"

namespace muster::ledger {

/// What is wrong with the file below the level of entries: SQLite's own examination, tables and
/// triggers that are not those of `schema`, checkpoint texts that do not match their hash.
/// Cost: reads the whole file.
Result<std::vector<std::string>> sqlite_structural_problems(sql::Database& database,
                                                            const sql::Schema& schema);

}  // namespace muster::ledger
