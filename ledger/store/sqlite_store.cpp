#include "ledger/store/sqlite_store.hpp"

#include <algorithm>

#include "ledger/crypto/sha256.hpp"
#include "ledger/store/local_disk.hpp"
#include "ledger/store/schema_0001.hpp"
#include "ledger/store/sqlite_statements.hpp"
#include "ledger/store/sqlite_structure.hpp"
#include "ledger/store/stored_values.hpp"

namespace muster::ledger {
namespace {

constexpr sql::Schema schema{.what = "ledger",
                             .application_id = 0x4D73744C,  // "MstL"
                             .version = 1,
                             .script = schema_0001,
                             .page_bytes = 8192};

class ReadTransaction final : public Snapshot {
 public:
  explicit ReadTransaction(sql::Transaction transaction) : transaction_(std::move(transaction)) {}

 private:
  sql::Transaction transaction_;
};

/// SQLite's own words do not say which file they are about.
Error naming_file(const std::filesystem::path& path, Error error) {
  if (!error.message.starts_with("database")) return error;
  return std::move(error).during(path.string());
}

}  // namespace

SqliteStore::SqliteStore(std::filesystem::path path, sql::Database database,
                         const SqliteOptions& options)
    : path_(std::move(path)), options_(options), database_(std::move(database)) {}

SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::prepared(const std::filesystem::path& path,
                                                           sql::Database database,
                                                           const SqliteOptions& options) {
  std::unique_ptr<SqliteStore> store(new SqliteStore(path, std::move(database), options));
  MUSTER_TRY_ASSIGN(store->statements_, Statements::prepare(store->database_));
  return store;
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::create(const std::filesystem::path& path) {
  MUSTER_TRY(check_local_disk(path));
  MUSTER_TRY_ASSIGN(sql::Database database, sql::Database::create(path, schema));
  return prepared(path, std::move(database), {});
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& path,
                                                       const SqliteOptions& options) {
  MUSTER_TRY(check_local_disk(path));
  auto database = sql::Database::open(path, schema,
                                      {.access = options.access,
                                       .synchronous = sql::Synchronous::full,
                                       .busy_timeout_ms = options.busy_timeout_ms});
  if (!database) return failure(naming_file(path, std::move(database.error())));
  auto store = prepared(path, std::move(*database), options);
  if (!store) return failure(naming_file(path, std::move(store.error())));
  return store;
}

Result<void> SqliteStore::hold_writer_lock() {
  if (!lock_) {
    MUSTER_TRY_ASSIGN(WriterLock lock, WriterLock::acquire(path_, options_.busy_timeout_ms));
    MUSTER_TRY(settle_locked());
    lock_ = std::move(lock);
  }
  ++holds_;
  return {};
}

void SqliteStore::release_writer_lock() {
  if (holds_ > 0 && --holds_ == 0) lock_.reset();
}

Result<void> SqliteStore::retire() {
  MUSTER_TRY_ASSIGN(const auto lock, lock_for_call());
  MUSTER_TRY_ASSIGN(auto transaction, sql::Transaction::begin(database_));
  MUSTER_TRY(database_.run(
      "create trigger if not exists entry_is_retired before insert on entry begin "
      "select raise(abort, 'entry: this log was moved, and grows elsewhere'); end; "
      "create trigger if not exists checkpoint_is_retired before insert on checkpoint begin "
      "select raise(abort, 'checkpoint: this log was moved, and grows elsewhere'); end"));
  return transaction.commit();
}

Result<bool> SqliteStore::is_retired() {
  MUSTER_TRY_ASSIGN(
      const auto triggers,
      database_.integer("select count(*) from sqlite_schema where type = 'trigger' and name = "
                        "'entry_is_retired'"));
  return triggers > 0;
}

Result<std::optional<WriterLock>> SqliteStore::lock_for_call() {
  if (lock_) return std::optional<WriterLock>();
  MUSTER_TRY_ASSIGN(WriterLock lock, WriterLock::acquire(path_, options_.busy_timeout_ms));
  MUSTER_TRY(settle_locked());
  return std::optional<WriterLock>(std::move(lock));
}

Result<void> SqliteStore::settle_locked() {
  if (settled_) return {};
  MUSTER_TRY(database_.sync_log_again());
  settled_ = true;
  return {};
}

Result<void> SqliteStore::settle() {
  if (settled_) return {};
  MUSTER_TRY(lock_for_call());
  return {};
}

Result<void> SqliteStore::check_writable(std::string_view what) const {
  if (!write_failed_) return {};
  return failure(Errc::unavailable,
                 std::string(what) + ": an earlier write failed; open the log anew");
}

Result<CompactRange> SqliteStore::compact_range() {
  sql::Statement& edge = statements_->edge;
  const sql::ResetAtEnd reset(edge);
  MUSTER_TRY_ASSIGN(const bool row, edge.bind_all().step());
  if (!row) return failure(Errc::corrupt, "tree_edge: no row");
  const TreeSize size{static_cast<std::uint64_t>(edge.integer(0))};
  return stored_range(size, edge.blob(1));
}

Result<TreeHead> SqliteStore::append(TreeSize expected, std::span<const Bytes> entries,
                                     std::span<const Blob> blobs) {
  MUSTER_TRY(check_appendable(entries, blobs));
  MUSTER_TRY(check_writable("append"));
  MUSTER_TRY_ASSIGN(const auto lock, lock_for_call());
  MUSTER_TRY_ASSIGN(auto transaction, sql::Transaction::begin(database_));
  auto head = append_in(transaction, expected, entries, blobs);
  // No other writer came first: there will be no more writers.
  if (!head && head.error().code == Errc::conflict && is_retired().value_or(false)) {
    head.error().code = Errc::unavailable;
  }
  // After a failed write or sync nobody knows what is on the disk: a retry could acknowledge what
  // is not there. Only a conflict is known to have written nothing.
  if (!head && head.error().code != Errc::conflict) write_failed_ = true;
  return head;
}

Result<TreeHead> SqliteStore::append_in(sql::Transaction& transaction, TreeSize expected,
                                        std::span<const Bytes> entries,
                                        std::span<const Blob> blobs) {
  MUSTER_TRY_ASSIGN(CompactRange range, compact_range());
  if (range.size() != expected) return failure(size_conflict(range.size(), expected));
  MUSTER_TRY(insert_blobs(blobs));
  if (!entries.empty()) {
    MUSTER_TRY(insert_entries(range, entries));
    const Bytes nodes = nodes_value(range);
    MUSTER_TRY(statements_->set_edge.run(range.size().value, nodes));
  }
  MUSTER_TRY(transaction.commit());
  return TreeHead{range.size(), range.root()};
}

Result<void> SqliteStore::insert_blobs(std::span<const Blob> blobs) {
  for (const Blob& blob : blobs) {
    const sql::ResetAtEnd reset(statements_->blob_number);
    MUSTER_TRY_ASSIGN(const bool known, statements_->blob_number.bind_all(blob.sha256).step());
    if (known) continue;
    MUSTER_TRY(statements_->insert_blob.run(blob.sha256, ByteView(blob.bytes)));
  }
  return {};
}

Result<void> SqliteStore::insert_entries(CompactRange& range, std::span<const Bytes> entries) {
  std::vector<Subtree> complete;
  for (const Bytes& entry : entries) {
    const Hash leaf = leaf_hash(entry);
    MUSTER_TRY(statements_->insert_entry.run(range.size().value, leaf, ByteView(entry)));
    append_leaf(range, leaf, complete);
  }
  for (const Subtree& subtree : complete) {
    MUSTER_TRY(statements_->insert_subtree.run(subtree.height / subtree_height_step,
                                               subtree.position, subtree.hash));
  }
  return {};
}

Result<void> SqliteStore::put_checkpoint(std::string_view text) {
  MUSTER_TRY(check_checkpoint_text(text));
  MUSTER_TRY(check_writable("keeping a checkpoint"));
  MUSTER_TRY_ASSIGN(const auto lock, lock_for_call());
  MUSTER_TRY_ASSIGN(auto transaction, sql::Transaction::begin(database_));
  auto kept = statements_->insert_checkpoint.run(crypto::sha256(text), text);
  if (kept) kept = transaction.commit();
  if (!kept) write_failed_ = true;
  return kept;
}

Result<std::unique_ptr<Snapshot>> SqliteStore::snapshot() {
  MUSTER_TRY_ASSIGN(auto transaction,
                    sql::Transaction::begin(database_, sql::TransactionKind::read));
  auto held = std::make_unique<ReadTransaction>(std::move(transaction));
  // A deferred transaction begins with its first reading.
  MUSTER_TRY(database_.integer("select count(*) from sqlite_schema"));
  return std::unique_ptr<Snapshot>(std::move(held));
}

Result<std::vector<std::string>> SqliteStore::structural_problems() {
  return sqlite_structural_problems(database_, schema);
}

}  // namespace muster::ledger
