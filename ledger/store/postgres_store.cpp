#include "ledger/store/postgres_store.hpp"

#include "ledger/crypto/sha256.hpp"
#include "ledger/sql/postgres_copy.hpp"
#include "ledger/store/postgres_schema.hpp"
#include "ledger/store/postgres_structure.hpp"
#include "ledger/store/stored_values.hpp"

namespace muster::ledger {
namespace {

// Two numbers that stand for the right to write a log of this database: "MstL" and the log.
constexpr const char* take_lock = "select pg_advisory_lock(1299412044, 1)";
constexpr const char* give_lock = "select pg_advisory_unlock(1299412044, 1)";
constexpr const char* take_lock_for_transaction = "select pg_advisory_xact_lock(1299412044, 1)";

class PgSnapshot final : public Snapshot {
 public:
  explicit PgSnapshot(sql::PgTransaction transaction) : transaction_(std::move(transaction)) {}

 private:
  sql::PgTransaction transaction_;
};

/// What is acknowledged must be on a disk: the primary's at least.
Result<void> demand_durability(sql::PgConnection& connection) {
  MUSTER_TRY_ASSIGN(const auto settings,
                    connection.query("select current_setting('fsync') = 'on', "
                                     "current_setting('full_page_writes') = 'on', "
                                     "current_setting('synchronous_commit') = 'off'"));
  if (!settings.boolean(0, 0) || !settings.boolean(0, 1)) {
    return failure(Errc::unavailable,
                   connection.where() +
                       ": the server has fsync or full_page_writes off, so that it "
                       "would lose what was acknowledged: set both to on");
  }
  if (!settings.boolean(0, 2)) return {};
  return connection.run("select set_config('synchronous_commit', 'on', false)");
}

Result<void> check_version(sql::PgConnection& connection) {
  MUSTER_TRY_ASSIGN(const auto there,
                    connection.query("select to_regclass('muster_ledger.version') is not null"));
  if (!there.boolean(0, 0)) {
    return failure(Errc::not_found, connection.where() + ": the database has no log of Muster");
  }
  MUSTER_TRY_ASSIGN(const auto rows, connection.query("select number from muster_ledger.version"));
  const std::int64_t version = rows.size() == 1 ? rows.integer(0, 0) : 0;
  if (version == postgres_schema_version) return {};
  return failure(Errc::invalid_input, connection.where() + ": got ledger version " +
                                          std::to_string(version) + ", want " +
                                          std::to_string(postgres_schema_version));
}

}  // namespace

PostgresStore::~PostgresStore() = default;

Result<std::unique_ptr<PostgresStore>> PostgresStore::create(const std::string& url) {
  MUSTER_TRY_ASSIGN(auto connection, sql::PgConnection::connect(url));
  MUSTER_TRY(demand_durability(connection));
  {
    MUSTER_TRY_ASSIGN(auto transaction, sql::PgTransaction::begin(connection));
    MUSTER_TRY(connection.run(take_lock_for_transaction));
    MUSTER_TRY_ASSIGN(const auto there, connection.query("select to_regnamespace('muster_ledger') "
                                                         "is not null"));
    if (there.boolean(0, 0)) {
      return failure(Errc::conflict, connection.where() + ": the database has a log already");
    }
    MUSTER_TRY(
        connection.run_script("create schema muster_ledger; "
                              "set local search_path = muster_ledger"));
    MUSTER_TRY(connection.run_script(std::string(postgres_schema_0001)));
    MUSTER_TRY(transaction.commit());
  }
  return std::unique_ptr<PostgresStore>(new PostgresStore(url, std::move(connection)));
}

Result<std::unique_ptr<PostgresStore>> PostgresStore::open(const std::string& url,
                                                           const PostgresOptions& options) {
  MUSTER_TRY_ASSIGN(
      auto connection,
      sql::PgConnection::connect(
          url, {.lock_timeout_ms = options.lock_timeout_ms,
                .server = options.only_read ? sql::PgServer::standby : sql::PgServer::primary}));
  MUSTER_TRY(check_version(connection));
  MUSTER_TRY(demand_durability(connection));
  MUSTER_TRY_ASSIGN(const bool is_standby, connection.is_standby());
  std::unique_ptr<PostgresStore> store(new PostgresStore(url, std::move(connection)));
  store->only_reads_ = options.only_read || is_standby;
  return store;
}

Result<void> PostgresStore::hold_writer_lock() {
  if (holds_ == 0) {
    MUSTER_TRY(check_writable("writing"));
    MUSTER_TRY(connection_.run(take_lock));
    if (auto settled = settle(); !settled) {
      static_cast<void>(connection_.run(give_lock).has_value());
      return settled;
    }
  }
  ++holds_;
  return {};
}

void PostgresStore::release_writer_lock() {
  if (holds_ == 0 || --holds_ > 0) return;
  // A connection that is gone has no lock, either.
  static_cast<void>(connection_.run(give_lock).has_value());
}

Result<void> PostgresStore::retire() {
  MUSTER_TRY(check_writable("retiring the log"));
  MUSTER_TRY_ASSIGN(auto transaction, sql::PgTransaction::begin(connection_));
  MUSTER_TRY(connection_.run(take_lock_for_transaction));
  MUSTER_TRY(connection_.run_script(std::string(postgres_retire_script)));
  return transaction.commit();
}

Result<bool> PostgresStore::is_retired() {
  MUSTER_TRY_ASSIGN(
      const auto rows,
      connection_.query("select exists (select from pg_catalog.pg_trigger where tgname = "
                        "'entry_is_retired' and tgrelid = 'muster_ledger.entry'::regclass)"));
  return rows.boolean(0, 0);
}

// Others see a commit before the standbys have it: its writer may have been killed while it waited.
// A commit of our own waits for all that came before it.
Result<void> PostgresStore::settle() {
  MUSTER_TRY(check_writable("settle"));
  MUSTER_TRY_ASSIGN(auto transaction, sql::PgTransaction::begin(connection_));
  MUSTER_TRY(connection_.run("select pg_logical_emit_message(true, 'muster', '')"));
  return transaction.commit();
}

Result<void> PostgresStore::check_writable(std::string_view what) const {
  if (only_reads_) {
    return failure(Errc::unavailable,
                   std::string(what) + ": " + connection_.where() +
                       " is read and not written here (a replica): record through a front end "
                       "whose log is on the primary");
  }
  if (!write_failed_) return {};
  return failure(Errc::unavailable,
                 std::string(what) + ": an earlier write failed; open the log anew");
}

Result<CompactRange> PostgresStore::edge(const char* statement) {
  MUSTER_TRY_ASSIGN(const auto rows, connection_.query(statement));
  if (rows.size() != 1) return failure(Errc::corrupt, "tree_edge: no row");
  const TreeSize size{static_cast<std::uint64_t>(rows.integer(0, 0))};
  return stored_range(size, rows.bytes(0, 1));
}

Result<CompactRange> PostgresStore::compact_range() {
  return edge("select size, nodes from muster_ledger.tree_edge");
}

Result<TreeHead> PostgresStore::append(TreeSize expected, std::span<const Bytes> entries,
                                       std::span<const Blob> blobs) {
  MUSTER_TRY(check_appendable(entries, blobs));
  MUSTER_TRY(check_writable("append"));
  MUSTER_TRY_ASSIGN(auto transaction, sql::PgTransaction::begin(connection_));
  MUSTER_TRY(connection_.run(take_lock_for_transaction));
  auto head = append_in(transaction, expected, entries, blobs);
  // After a failed commit nobody knows whether it was one: a retry could append twice.
  if (!head && head.error().code != Errc::conflict) write_failed_ = true;
  return head;
}

Result<TreeHead> PostgresStore::append_in(sql::PgTransaction& transaction, TreeSize expected,
                                          std::span<const Bytes> entries,
                                          std::span<const Blob> blobs) {
  // The row lock holds where the advisory lock does not: with a writer that ignores it.
  MUSTER_TRY_ASSIGN(CompactRange range,
                    edge("select size, nodes from muster_ledger.tree_edge for update"));
  if (range.size() != expected) return failure(size_conflict(range.size(), expected));
  MUSTER_TRY(insert_blobs(blobs));
  if (!entries.empty()) {
    MUSTER_TRY(insert_entries(range, entries));
    const Bytes nodes = nodes_value(range);
    MUSTER_TRY(connection_.run("update muster_ledger.tree_edge set size = $1, nodes = $2",
                               sql::PgValues(range.size().value, ByteView(nodes))));
  }
  MUSTER_TRY(transaction.commit());
  return TreeHead{range.size(), range.root()};
}

Result<void> PostgresStore::insert_blobs(std::span<const Blob> blobs) {
  for (const Blob& blob : blobs) {
    MUSTER_TRY(
        connection_.run("insert into muster_ledger.blob (sha256, body) values ($1, $2) on "
                        "conflict do nothing",
                        sql::PgValues(blob.sha256, ByteView(blob.bytes))));
  }
  return {};
}

Result<void> PostgresStore::insert_entries(CompactRange& range, std::span<const Bytes> entries) {
  std::vector<Subtree> complete;
  MUSTER_TRY_ASSIGN(auto rows,
                    sql::PgCopy::begin(connection_,
                                       "copy muster_ledger.entry (log_index, leaf_hash, body) from "
                                       "stdin (format binary)"));
  for (const Bytes& entry : entries) {
    const Hash leaf = leaf_hash(entry);
    MUSTER_TRY(rows.row(range.size().value, leaf, ByteView(entry)));
    append_leaf(range, leaf, complete);
  }
  MUSTER_TRY(rows.end());
  for (const Subtree& subtree : complete) {
    MUSTER_TRY(connection_.run(
        "insert into muster_ledger.subtree (level, position, hash) values ($1, $2, $3)",
        sql::PgValues(subtree.height / subtree_height_step, subtree.position, subtree.hash)));
  }
  return {};
}

Result<void> PostgresStore::put_checkpoint(std::string_view text) {
  MUSTER_TRY(check_checkpoint_text(text));
  MUSTER_TRY(check_writable("keeping a checkpoint"));
  MUSTER_TRY_ASSIGN(auto transaction, sql::PgTransaction::begin(connection_));
  MUSTER_TRY(connection_.run(take_lock_for_transaction));
  auto kept = connection_.run(
      "insert into muster_ledger.checkpoint (number, sha256, body) select coalesce(max(number) + "
      "1, "
      "0), $1, $2 from muster_ledger.checkpoint",
      sql::PgValues(crypto::sha256(text), as_bytes(text)));
  if (kept) kept = transaction.commit();
  if (!kept) write_failed_ = true;
  return kept;
}

Result<std::unique_ptr<Snapshot>> PostgresStore::snapshot() {
  MUSTER_TRY_ASSIGN(auto transaction,
                    sql::PgTransaction::begin(connection_, sql::PgTransaction::Kind::read));
  auto held = std::make_unique<PgSnapshot>(std::move(transaction));
  // The first statement takes the snapshot.
  MUSTER_TRY(connection_.run("select 1 from muster_ledger.tree_edge"));
  return std::unique_ptr<Snapshot>(std::move(held));
}

Result<std::vector<std::string>> PostgresStore::structural_problems() {
  // On a connection of its own: this one may hold a snapshot, and the examination lays tables.
  MUSTER_TRY_ASSIGN(auto connection, sql::PgConnection::connect(
                                         url_, {.server = only_reads_ ? sql::PgServer::standby
                                                                      : sql::PgServer::primary}));
  return postgres_structural_problems(connection);
}

}  // namespace muster::ledger
