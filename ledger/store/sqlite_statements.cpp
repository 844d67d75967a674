#include "ledger/store/sqlite_statements.hpp"

namespace muster::ledger {

Result<std::unique_ptr<SqliteStore::Statements>> SqliteStore::Statements::prepare(
    sql::Database& database) {
  MUSTER_TRY_ASSIGN(auto edge, database.prepare("select size, nodes from tree_edge where id = 0"));
  MUSTER_TRY_ASSIGN(auto set_edge,
                    database.prepare("update tree_edge set size = ?, nodes = ? where id = 0"));
  MUSTER_TRY_ASSIGN(
      auto insert_entry,
      database.prepare("insert into entry (log_index, leaf_hash, body) values (?, ?, ?)"));
  MUSTER_TRY_ASSIGN(auto bodies,
                    database.prepare("select log_index, body from entry "
                                     "where log_index >= ? order by log_index limit ?"));
  MUSTER_TRY_ASSIGN(auto stored,
                    database.prepare("select log_index, body, leaf_hash from entry "
                                     "where log_index >= ? order by log_index limit ?"));
  MUSTER_TRY_ASSIGN(auto leaves,
                    database.prepare("select log_index, leaf_hash from entry "
                                     "where log_index >= ? order by log_index limit ?"));
  MUSTER_TRY_ASSIGN(
      auto insert_subtree,
      database.prepare("insert into subtree (level, position, hash) values (?, ?, ?)"));
  MUSTER_TRY_ASSIGN(auto subtrees,
                    database.prepare("select position, hash from subtree where level = ? "
                                     "and position >= ? order by position limit ?"));
  MUSTER_TRY_ASSIGN(auto insert_blob,
                    database.prepare("insert into blob (sha256, body) values (?, ?)"));
  MUSTER_TRY_ASSIGN(auto blob_number, database.prepare("select number from blob where sha256 = ?"));
  MUSTER_TRY_ASSIGN(auto blob, database.prepare("select body from blob where sha256 = ?"));
  MUSTER_TRY_ASSIGN(auto blob_names, database.prepare("select sha256 from blob where sha256 > ? "
                                                      "order by sha256 limit ?"));
  MUSTER_TRY_ASSIGN(auto insert_checkpoint,
                    database.prepare("insert into checkpoint (number, sha256, body) select "
                                     "coalesce(max(number) + 1, 0), ?, ? from checkpoint"));
  MUSTER_TRY_ASSIGN(auto checkpoints,
                    database.prepare("select body from checkpoint order by number"));
  MUSTER_TRY_ASSIGN(auto checkpoints_from,
                    database.prepare("select number, body from checkpoint where number >= ? "
                                     "order by number limit ?"));
  MUSTER_TRY_ASSIGN(auto newest_checkpoint,
                    database.prepare("select body from checkpoint order by number desc limit 1"));
  MUSTER_TRY_ASSIGN(auto newest_checkpoints,
                    database.prepare("select body from checkpoint where number <= "
                                     "(select max(number) from checkpoint) - ? "
                                     "order by number desc limit ?"));
  return std::make_unique<Statements>(Statements{
      std::move(edge), std::move(set_edge), std::move(insert_entry), std::move(bodies),
      std::move(stored), std::move(leaves), std::move(insert_subtree), std::move(subtrees),
      std::move(insert_blob), std::move(blob_number), std::move(blob), std::move(blob_names),
      std::move(insert_checkpoint), std::move(checkpoints), std::move(checkpoints_from),
      std::move(newest_checkpoint), std::move(newest_checkpoints)});
}

}  // namespace muster::ledger
