#pragma once

#include <string>
#include <vector>

#include "ledger/sql/postgres.hpp"

namespace muster::ledger {

/// What is wrong with a log's tables below the level of entries: columns, constraints, triggers and
/// functions that are not those of the schema, triggers that are switched off, checkpoint texts
/// that do not match their hash. Pages are the server's to check (`data_checksums`, pg_amcheck).
/// On a standby without the comparison of definitions. Cost: reads all checkpoints; lays the tables
/// anew beside the others and takes them back, for which the role must be allowed to make a schema.
Result<std::vector<std::string>> postgres_structural_problems(sql::PgConnection& connection);

}  // namespace muster::ledger
