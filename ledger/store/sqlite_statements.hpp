#pragma once

#include "ledger/store/sqlite_store.hpp"

namespace muster::ledger {

/// Everything that an SqliteStore asks its file, prepared once. Part of sqlite_store.cpp.
struct SqliteStore::Statements {
  sql::Statement edge;
  sql::Statement set_edge;
  sql::Statement insert_entry;
  sql::Statement bodies;
  sql::Statement stored;
  sql::Statement leaves;
  sql::Statement insert_subtree;
  sql::Statement subtrees;
  sql::Statement insert_blob;
  sql::Statement blob_number;
  sql::Statement blob;
  sql::Statement blob_names;
  sql::Statement insert_checkpoint;
  sql::Statement checkpoints;
  sql::Statement checkpoints_from;
  sql::Statement newest_checkpoint;
  sql::Statement newest_checkpoints;

  static Result<std::unique_ptr<Statements>> prepare(sql::Database& database);
};

}  // namespace muster::ledger
