#include "ledger/store/sqlite_store.hpp"

#include <algorithm>

#include "ledger/crypto/sha256.hpp"
#include "ledger/store/local_disk.hpp"
#include "ledger/store/schema_0001.hpp"
#include "ledger/store/sqlite_structure.hpp"

namespace muster::ledger {
namespace {

constexpr sql::Schema schema{.what = "ledger",
                             .application_id = 0x4D73744C,  // "MstL"
                             .version = 1,
                             .script = schema_0001,
                             .page_bytes = 4096};

Bytes joined(std::span<const Hash> hashes) {
  Bytes bytes;
  for (const Hash& hash : hashes) append(bytes, hash.view());
  return bytes;
}

Result<std::vector<Hash>> split(ByteView bytes) {
  std::vector<Hash> hashes;
  for (; bytes.size() >= Hash::size_bytes; bytes = bytes.subspan(Hash::size_bytes)) {
    MUSTER_TRY_ASSIGN(const Hash hash, Hash::from_bytes(bytes.first(Hash::size_bytes)));
    hashes.push_back(hash);
  }
  return hashes;
}

Error corrupt(Error error) {
  error.code = Errc::corrupt;
  return error;
}

/// Which rows, and what to call one in a message.
struct RowRange {
  std::string_view what;
  std::uint64_t first;
};

std::int64_t row_limit(std::size_t count) {
  return static_cast<std::int64_t>(std::min<std::size_t>(count, INT64_MAX));
}

/// Steps through bound rows of (number, value), which must be those from `first` on without a hole.
Result<void> for_each_row(sql::Statement& rows, const RowRange& range,
                          const std::function<Result<void>(ByteView)>& use) {
  const sql::ResetAtEnd reset(rows);
  auto want = static_cast<std::int64_t>(range.first);
  while (true) {
    MUSTER_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return {};
    if (rows.integer(0) != want) {
      return failure(Errc::corrupt, std::string(range.what) + " " + std::to_string(want) +
                                        ": missing, the next is " +
                                        std::to_string(rows.integer(0)));
    }
    MUSTER_TRY(use(rows.blob(1)));
    ++want;
  }
}

Result<std::vector<Hash>> hash_rows(sql::Statement& rows, const RowRange& range) {
  std::vector<Hash> hashes;
  MUSTER_TRY(for_each_row(rows, range, [&](ByteView bytes) -> Result<void> {
    auto hash = Hash::from_bytes(bytes);
    if (!hash) return failure(corrupt(std::move(hash).error().during(range.what)));
    hashes.push_back(*hash);
    return {};
  }));
  return hashes;
}

/// The first columns of all rows of a bound statement.
Result<std::vector<std::string>> text_rows(sql::Statement& rows) {
  const sql::ResetAtEnd reset(rows);
  std::vector<std::string> texts;
  while (true) {
    MUSTER_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return texts;
    texts.emplace_back(rows.text(0));
  }
}

}  // namespace

struct SqliteStore::Statements {
  sql::Statement edge;
  sql::Statement set_edge;
  sql::Statement insert_entry;
  sql::Statement bodies;
  sql::Statement leaves;
  sql::Statement insert_subtree;
  sql::Statement subtrees;
  sql::Statement insert_blob;
  sql::Statement has_blob;
  sql::Statement blob;
  sql::Statement blob_names;
  sql::Statement insert_checkpoint;
  sql::Statement checkpoints;
  sql::Statement newest_checkpoint;
  sql::Statement newest_checkpoints;

  static Result<std::unique_ptr<Statements>> prepare(sql::Database& database);
};

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
  MUSTER_TRY_ASSIGN(auto has_blob, database.prepare("select 1 from blob where sha256 = ?"));
  MUSTER_TRY_ASSIGN(auto blob, database.prepare("select body from blob where sha256 = ?"));
  MUSTER_TRY_ASSIGN(auto blob_names, database.prepare("select sha256 from blob order by sha256"));
  MUSTER_TRY_ASSIGN(auto insert_checkpoint,
                    database.prepare("insert into checkpoint (number, sha256, body) select "
                                     "coalesce(max(number) + 1, 0), ?, ? from checkpoint"));
  MUSTER_TRY_ASSIGN(auto checkpoints,
                    database.prepare("select body from checkpoint order by number"));
  MUSTER_TRY_ASSIGN(auto newest_checkpoint,
                    database.prepare("select body from checkpoint order by number desc limit 1"));
  MUSTER_TRY_ASSIGN(auto newest_checkpoints,
                    database.prepare("select body from checkpoint where number <= "
                                     "(select max(number) from checkpoint) - ? "
                                     "order by number desc limit ?"));
  return std::make_unique<Statements>(Statements{
      std::move(edge), std::move(set_edge), std::move(insert_entry), std::move(bodies),
      std::move(leaves), std::move(insert_subtree), std::move(subtrees), std::move(insert_blob),
      std::move(has_blob), std::move(blob), std::move(blob_names), std::move(insert_checkpoint),
      std::move(checkpoints), std::move(newest_checkpoint), std::move(newest_checkpoints)});
}

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
  MUSTER_TRY_ASSIGN(sql::Database database,
                    sql::Database::open(path, schema,
                                        {.access = options.access,
                                         .synchronous = sql::Synchronous::full,
                                         .busy_timeout_ms = options.busy_timeout_ms}));
  return prepared(path, std::move(database), options);
}

Result<void> SqliteStore::hold_writer_lock() {
  if (lock_) return {};
  MUSTER_TRY_ASSIGN(WriterLock lock, WriterLock::acquire(path_, options_.busy_timeout_ms));
  MUSTER_TRY(settle_locked());
  lock_ = std::move(lock);
  return {};
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
  MUSTER_TRY_ASSIGN(std::vector<Hash> nodes, split(edge.blob(1)));
  auto range = CompactRange::from_nodes(size, std::move(nodes));
  if (!range) return failure(corrupt(std::move(range).error().during("tree_edge")));
  return range;
}

Result<TreeHead> SqliteStore::append(TreeSize expected, std::span<const Bytes> entries,
                                     std::span<const Blob> blobs) {
  MUSTER_TRY(check_appendable(entries, blobs));
  MUSTER_TRY(check_writable("append"));
  MUSTER_TRY_ASSIGN(const auto lock, lock_for_call());
  MUSTER_TRY_ASSIGN(auto transaction, sql::Transaction::begin(database_));
  auto head = append_in(transaction, expected, entries, blobs);
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
    const Bytes nodes = joined(range.nodes());
    MUSTER_TRY(statements_->set_edge.run(range.size().value, nodes));
  }
  MUSTER_TRY(transaction.commit());
  return TreeHead{range.size(), range.root()};
}

Result<void> SqliteStore::insert_blobs(std::span<const Blob> blobs) {
  for (const Blob& blob : blobs) {
    const sql::ResetAtEnd reset(statements_->has_blob);
    MUSTER_TRY_ASSIGN(const bool known, statements_->has_blob.bind_all(blob.sha256).step());
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
    range.append(leaf, [&complete](const Subtree& subtree) {
      const bool is_kept = subtree.height > 0 && subtree.height % subtree_height_step == 0;
      if (is_kept) complete.push_back(subtree);
    });
  }
  for (const Subtree& subtree : complete) {
    MUSTER_TRY(statements_->insert_subtree.run(subtree.height / subtree_height_step,
                                               subtree.position, subtree.hash));
  }
  return {};
}

Result<std::vector<Bytes>> SqliteStore::read(LogIndex first, std::size_t count) {
  sql::Statement& rows = statements_->bodies.bind_all(first.value, row_limit(count));
  std::vector<Bytes> entries;
  MUSTER_TRY(for_each_row(rows, {"entry", first.value}, [&](ByteView body) -> Result<void> {
    entries.push_back(to_bytes(body));
    return {};
  }));
  return entries;
}

Result<std::vector<Hash>> SqliteStore::leaf_hashes(LogIndex first, std::size_t count) {
  return hash_rows(statements_->leaves.bind_all(first.value, row_limit(count)),
                   {"entry", first.value});
}

Result<std::vector<Hash>> SqliteStore::subtree_hashes(unsigned level, std::uint64_t first,
                                                      std::size_t count) {
  return hash_rows(statements_->subtrees.bind_all(level, first, row_limit(count)),
                   {"subtree", first});
}

Result<Bytes> SqliteStore::blob(const Hash& sha256) {
  sql::Statement& find = statements_->blob;
  const sql::ResetAtEnd reset(find);
  MUSTER_TRY_ASSIGN(const bool row, find.bind_all(sha256).step());
  if (!row) return failure(Errc::not_found, "no blob " + sha256.to_hex());
  return to_bytes(find.blob(0));
}

Result<std::vector<Hash>> SqliteStore::blob_hashes() {
  sql::Statement& rows = statements_->blob_names;
  const sql::ResetAtEnd reset(rows);
  std::vector<Hash> names;
  rows.bind_all();
  while (true) {
    MUSTER_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return names;
    auto name = Hash::from_bytes(rows.blob(0));
    if (!name) return failure(corrupt(std::move(name).error().during("blob")));
    names.push_back(*name);
  }
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

Result<std::vector<std::string>> SqliteStore::checkpoints() {
  return text_rows(statements_->checkpoints.bind_all());
}

Result<std::vector<std::string>> SqliteStore::newest_checkpoints(std::uint64_t skip,
                                                                 std::size_t count) {
  const auto left_out = static_cast<std::int64_t>(std::min<std::uint64_t>(skip, INT64_MAX));
  return text_rows(statements_->newest_checkpoints.bind_all(left_out, row_limit(count)));
}

Result<std::optional<std::string>> SqliteStore::newest_checkpoint() {
  sql::Statement& newest = statements_->newest_checkpoint;
  const sql::ResetAtEnd reset(newest);
  MUSTER_TRY_ASSIGN(const bool row, newest.bind_all().step());
  if (!row) return std::optional<std::string>();
  return std::optional<std::string>(newest.text(0));
}

Result<std::vector<std::string>> SqliteStore::structural_problems() {
  return sqlite_structural_problems(database_, schema);
}

}  // namespace muster::ledger
