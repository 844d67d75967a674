#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "ledger/base/error.hpp"
#include "ledger/sql/statement.hpp"

struct sqlite3;

namespace muster::sql {

/// How to know a file as one of ours, and how to lay a new one.
struct Schema {
  std::string_view what;        ///< "ledger", "view": for messages.
  std::int32_t application_id;  ///< In the file's header; no other kind of file has it.
  std::int32_t version;         ///< `user_version` of the header.
  std::string_view script;      ///< The SQL that lays the tables.
  int page_bytes = 4096;
};

enum class Access { read_only, read_write };

/// What a commit waits for. `full`: the disk, so that what is acknowledged survives a power cut.
/// `normal`: a power cut may lose the last commits, never the file.
enum class Synchronous { normal, full };

struct OpenOptions {
  Access access = Access::read_write;
  Synchronous synchronous = Synchronous::full;
  int busy_timeout_ms = 5'000;  ///< Then `unavailable`.
};

/// One connection to one SQLite file in WAL mode. Not thread-safe: one per thread.
class Database final {
 public:
  /// Lays a new file. Errors: `conflict` if `path` exists; nothing is overwritten.
  static Result<Database> create(const std::filesystem::path& path, const Schema& schema,
                                 const OpenOptions& options = {});
  /// Opens a file of this kind and version. Never makes one.
  /// Errors: `not_found`; `invalid_input` for a file of another kind or version; `corrupt`.
  static Result<Database> open(const std::filesystem::path& path, const Schema& schema,
                               const OpenOptions& options = {});
  /// A database that ends with this object.
  static Result<Database> in_memory(const Schema& schema);

  Result<Statement> prepare(std::string_view sql);
  /// Runs a constant script of one or more statements; rows are dropped.
  Result<void> run(const std::string& script);
  /// The first column of the first row. Errors: `not_found` if there is no row.
  Result<std::int64_t> integer(std::string_view sql);

  /// SQLite's own examination of the whole file: empty when it finds nothing, else its lines.
  /// Cost: reads every page.
  Result<std::string> integrity_problems();

  /// Which value of which table: names as in the schema, the row by its rowid.
  struct BlobPlace {
    const char* table;
    const char* column;
    std::int64_t row;
  };
  /// Shows `use` the bytes of one blob in pieces of at most 64 KiB, in their order, so that a long
  /// one needs no memory. Errors: `not_found` without such a row.
  Result<void> for_each_piece(const BlobPlace& place, const std::function<void(ByteView)>& use);

  /// Folds the write-ahead log into the file.
  Result<void> checkpoint();

  /// Copies what this connection sees now into the new file `path`, which is then synced and
  /// closed. Other connections go on reading and writing meanwhile; what they commit is not in the
  /// copy. Errors: `conflict` if `path` exists; what was copied is removed on any error.
  Result<void> copy_to(const std::filesystem::path& path);

  /// Makes sure that what this connection reads in the write-ahead log is on the disk: writes its
  /// bytes again and syncs. A process that died between writing and syncing leaves a log that the
  /// next one takes up from the machine's memory; and after a sync that failed, Linux lets the next
  /// one succeed although nothing was written.
  /// Errors: `unavailable`, also while another writer is at work for longer than the busy timeout.
  Result<void> sync_log_again();

  /// Whether a transaction is open.
  [[nodiscard]] bool in_transaction() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Database(sqlite3* database) : database_(database) {}
  static Result<Database> connect(const std::filesystem::path& path, const OpenOptions& options,
                                  int flags);
  Result<void> lay(const Schema& schema);
  Result<void> copy_into(const std::filesystem::path& path);
  Result<void> check_kind(const Schema& schema, const std::filesystem::path& path);

  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace muster::sql
