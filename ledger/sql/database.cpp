#include "ledger/sql/database.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

#include "ledger/base/file.hpp"
#include "ledger/sql/error.hpp"
#include "ledger/sql/transaction.hpp"

namespace muster::sql {
namespace {

constexpr int copy_step_pages = 1'024;
constexpr int log_piece_bytes = 65'536;
constexpr std::size_t blob_piece_bytes = 65'536;

/// SQLite counts the bytes it has in use, under a lock that all connections of the process share.
/// Nobody asks for the count, and without it an import takes 7 % less.
void stop_counting_memory() {
  // Refused, to no harm, where something else in the process came first: it goes on counting.
  static const int code = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(code);
}

}  // namespace

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Result<Database> Database::connect(const std::filesystem::path& path, const OpenOptions& options,
                                   int flags) {
  stop_counting_memory();
  sqlite3* raw = nullptr;
  // NOFOLLOW is not set: an operator may keep the file elsewhere behind a link of their own.
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(raw);
  if (code != SQLITE_OK) return failure(sqlite_error(raw, code, "opening " + path.string()));
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, options.busy_timeout_ms);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  if (options.access == Access::read_only) {
    // A reader must not fold the log into the file when it happens to leave last.
    sqlite3_db_config(raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
  const bool full = options.synchronous == Synchronous::full;
  // cell_size_check: damage is met as an error, never as a wrong row.
  auto tuned = database.run(std::string("pragma synchronous = ") + (full ? "full" : "normal") +
                            "; pragma foreign_keys = on; pragma cell_size_check = on;"
                            "pragma journal_size_limit = 67108864;");
  // Here the file is read first, and may be no database at all.
  if (!tuned) return failure(std::move(tuned.error()).during("opening " + path.string()));
  return database;
}

Result<void> Database::lay(const Schema& schema) {
  MUSTER_TRY(run("pragma page_size = " + std::to_string(schema.page_bytes)));
  MUSTER_TRY(run("pragma journal_mode = wal"));
  MUSTER_TRY_ASSIGN(Transaction transaction, Transaction::begin(*this));
  MUSTER_TRY(run("pragma application_id = " + std::to_string(schema.application_id)));
  MUSTER_TRY(run("pragma user_version = " + std::to_string(schema.version)));
  MUSTER_TRY(run(std::string(schema.script)));
  return transaction.commit();
}

Result<void> Database::check_kind(const Schema& schema, const std::filesystem::path& path) {
  MUSTER_TRY_ASSIGN(const auto id, integer("pragma application_id"));
  if (id != schema.application_id) {
    return failure(Errc::invalid_input, "opening " + path.string() + ": got application id " +
                                            std::to_string(id) + ", want " +
                                            std::to_string(schema.application_id) +
                                            ": not a Muster " + std::string(schema.what));
  }
  MUSTER_TRY_ASSIGN(const auto version, integer("pragma user_version"));
  if (version != schema.version) {
    return failure(Errc::invalid_input,
                   "opening " + path.string() + ": got " + std::string(schema.what) + " version " +
                       std::to_string(version) + ", want " + std::to_string(schema.version));
  }
  return {};
}

Result<Database> Database::create(const std::filesystem::path& path, const Schema& schema,
                                  const OpenOptions& options) {
  // SQLite takes an empty file for an empty database; making it here settles races by O_EXCL.
  MUSTER_TRY(create_file(path, {}));
  auto database = connect(path, options, SQLITE_OPEN_READWRITE);
  Result<void> laid = database ? database->lay(schema) : Result<void>(failure(database.error()));
  if (laid) return database;
  database = failure(laid.error());
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  return database;
}

Result<Database> Database::open(const std::filesystem::path& path, const Schema& schema,
                                const OpenOptions& options) {
  std::error_code problem;
  if (!std::filesystem::exists(path, problem)) {
    return failure(Errc::not_found, "opening " + path.string() + ": no such file");
  }
  const bool writes = options.access == Access::read_write;
  // SQLite would open it for reading, and fail at the first write with less to say.
  if (writes && ::access(path.c_str(), W_OK) != 0) {
    return failure(Errc::unavailable,
                   "opening " + path.string() + ": cannot be written to: " +
                       std::error_code(errno, std::generic_category()).message());
  }
  MUSTER_TRY_ASSIGN(Database database,
                    connect(path, options, writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY));
  auto known = database.check_kind(schema, path);
  if (!known) return failure(std::move(known).error());
  return database;
}

Result<Database> Database::in_memory(const Schema& schema) {
  MUSTER_TRY_ASSIGN(Database database,
                    connect(":memory:", {}, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY));
  MUSTER_TRY(database.lay(schema));
  return database;
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) return failure(sqlite_error(database_.get(), code, "database"));
  return Statement(raw);
}

Result<void> Database::run(const std::string& script) {
  const int code = sqlite3_exec(database_.get(), script.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(sqlite_error(database_.get(), code, "database"));
  return {};
}

Result<std::int64_t> Database::integer(std::string_view sql) {
  MUSTER_TRY_ASSIGN(Statement statement, prepare(sql));
  MUSTER_TRY_ASSIGN(const bool row, statement.step());
  if (!row) return failure(Errc::not_found, "database: no row");
  return statement.integer(0);
}

Result<std::string> Database::integrity_problems() {
  MUSTER_TRY_ASSIGN(Statement statement, prepare("pragma integrity_check"));
  std::string problems;
  while (true) {
    MUSTER_TRY_ASSIGN(const bool row, statement.step());
    if (!row) return problems;
    if (statement.text(0) == "ok") continue;
    if (!problems.empty()) problems += '\n';
    problems += statement.text(0);
  }
}

Result<void> Database::for_each_piece(const BlobPlace& place,
                                      const std::function<void(ByteView)>& use) {
  sqlite3_blob* raw = nullptr;
  int code =
      sqlite3_blob_open(database_.get(), "main", place.table, place.column, place.row, 0, &raw);
  const std::unique_ptr<sqlite3_blob, decltype(&sqlite3_blob_close)> blob(raw, &sqlite3_blob_close);
  const std::string what = std::string(place.table) + " " + std::to_string(place.row);
  if (code == SQLITE_ERROR) return failure(Errc::not_found, what + ": no such row");
  const int size = code == SQLITE_OK ? sqlite3_blob_bytes(raw) : 0;
  Bytes piece(blob_piece_bytes);
  for (int at = 0; code == SQLITE_OK && at < size;) {
    const int count = std::min(size - at, static_cast<int>(piece.size()));
    code = sqlite3_blob_read(raw, piece.data(), count, at);
    if (code == SQLITE_OK) use(ByteView(piece).first(static_cast<std::size_t>(count)));
    at += count;
  }
  if (code != SQLITE_OK) return failure(sqlite_error(database_.get(), code, what));
  return {};
}

Result<void> Database::checkpoint() {
  const int code = sqlite3_wal_checkpoint_v2(database_.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                             nullptr, nullptr);
  if (code != SQLITE_OK) return failure(sqlite_error(database_.get(), code, "checkpointing"));
  return {};
}

Result<void> Database::copy_into(const std::filesystem::path& path) {
  // Steps within one snapshot: no commit of another connection starts the copy anew.
  MUSTER_TRY_ASSIGN(const Transaction snapshot, Transaction::begin(*this, TransactionKind::read));
  MUSTER_TRY(integer("select count(*) from sqlite_schema"));
  MUSTER_TRY_ASSIGN(Database copy, connect(path, {}, SQLITE_OPEN_READWRITE));
  sqlite3* const target = copy.database_.get();
  sqlite3_backup* const backup = sqlite3_backup_init(target, "main", database_.get(), "main");
  if (backup == nullptr) {
    return failure(sqlite_error(target, sqlite3_extended_errcode(target), "copying"));
  }
  int code = SQLITE_OK;
  while (code == SQLITE_OK) code = sqlite3_backup_step(backup, copy_step_pages);
  const int end = sqlite3_backup_finish(backup);
  if (code == SQLITE_DONE) code = end;
  if (code != SQLITE_OK) return failure(sqlite_error(target, code, "copying to " + path.string()));
  return {};
}

Result<void> Database::copy_to(const std::filesystem::path& path) {
  MUSTER_TRY(create_file(path, {}));
  auto copied = copy_into(path);
  if (copied) return copied;
  std::error_code ignored;
  for (const char* ending : {"", "-journal", "-wal", "-shm"}) {
    std::filesystem::remove(path.string() + ending, ignored);
  }
  return copied;
}

Result<void> Database::sync_log_again() {
  // As a writer, so that nobody else changes the log meanwhile. Nothing is to be committed.
  MUSTER_TRY_ASSIGN(const Transaction transaction, Transaction::begin(*this));
  sqlite3_file* log = nullptr;
  int code = sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (code != SQLITE_OK || log == nullptr || log->pMethods == nullptr) return {};  // none is open
  sqlite3_int64 size = 0;
  code = log->pMethods->xFileSize(log, &size);
  std::vector<char> piece(log_piece_bytes);
  for (sqlite3_int64 at = 0; code == SQLITE_OK && at < size;) {
    const int count = static_cast<int>(std::min<sqlite3_int64>(size - at, log_piece_bytes));
    code = log->pMethods->xRead(log, piece.data(), count, at);
    if (code == SQLITE_OK) code = log->pMethods->xWrite(log, piece.data(), count, at);
    at += count;
  }
  if (code == SQLITE_OK && size > 0) code = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
  if (code != SQLITE_OK) return failure(sqlite_error(nullptr, code, "syncing the log again"));
  return {};
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

}  // namespace muster::sql
