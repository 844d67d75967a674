#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "ledger/sql/transaction.hpp"
#include "ledger/store.hpp"
#include "ledger/store/writer_lock.hpp"

namespace muster::ledger {

struct SqliteOptions {
  sql::Access access = sql::Access::read_write;
  int busy_timeout_ms = 5'000;  ///< How long a write waits for another writer.
};

/// One log in one SQLite file, blobs and checkpoints included. What `append` acknowledged survives
/// a power cut (WAL, synchronous = full).
class SqliteStore final : public Store {
 public:
  /// Makes a new, empty log. Errors: `conflict` if the file exists; `unavailable` on a network
  /// file system.
  static Result<std::unique_ptr<SqliteStore>> create(const std::filesystem::path& path);
  /// Opens a log; never makes one. Errors: `not_found`; `invalid_input` for another kind of file.
  static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& path,
                                                   const SqliteOptions& options = {});

  ~SqliteStore() override;

  /// Errors: `unavailable` after the busy timeout.
  Result<void> hold_writer_lock() override;
  void release_writer_lock() override;
  Result<void> retire() override;
  Result<bool> is_retired() override;

  /// Folds the write-ahead log into the file.
  Result<void> checkpoint_database() { return database_.checkpoint(); }

  Result<void> copy_to(const std::filesystem::path& path) override {
    return database_.copy_to(path);
  }

  Result<CompactRange> compact_range() override;
  Result<TreeHead> append(TreeSize expected, std::span<const Bytes> entries,
                          std::span<const Blob> blobs) override;
  Result<std::vector<Bytes>> read(LogIndex first, std::size_t count) override;
  Result<std::vector<Hash>> leaf_hashes(LogIndex first, std::size_t count) override;
  Result<std::vector<StoredEntry>> read_stored(LogIndex first, std::size_t count,
                                               std::size_t bytes) override;
  Result<std::vector<Hash>> subtree_hashes(unsigned level, std::uint64_t first,
                                           std::size_t count) override;
  Result<Bytes> blob(const Hash& sha256) override;
  Result<std::vector<Hash>> blob_hashes() override;
  Result<std::vector<Hash>> blob_hashes_after(const std::optional<Hash>& after,
                                              std::size_t count) override;
  Result<bool> has_blob(const Hash& sha256) override;
  Result<Hash> blob_digest(const Hash& sha256) override;
  Result<void> settle() override;
  Result<void> put_checkpoint(std::string_view text) override;
  Result<std::vector<std::string>> checkpoints() override;
  Result<std::vector<std::string>> checkpoints_from(std::uint64_t skip, std::size_t count) override;
  Result<std::optional<std::string>> newest_checkpoint() override;
  Result<std::vector<std::string>> newest_checkpoints(std::uint64_t skip,
                                                      std::size_t count) override;
  Result<std::unique_ptr<Snapshot>> snapshot() override;
  [[nodiscard]] bool is_usable() const override { return !write_failed_; }
  Result<std::vector<std::string>> structural_problems() override;

 private:
  struct Statements;
  SqliteStore(std::filesystem::path path, sql::Database database, const SqliteOptions& options);
  static Result<std::unique_ptr<SqliteStore>> prepared(const std::filesystem::path& path,
                                                       sql::Database database,
                                                       const SqliteOptions& options);
  Result<std::optional<WriterLock>> lock_for_call();
  Result<void> settle_locked();
  Result<void> check_writable(std::string_view what) const;
  Result<TreeHead> append_in(sql::Transaction& transaction, TreeSize expected,
                             std::span<const Bytes> entries, std::span<const Blob> blobs);
  Result<void> insert_blobs(std::span<const Blob> blobs);
  Result<void> insert_entries(CompactRange& range, std::span<const Bytes> entries);

  std::filesystem::path path_;
  SqliteOptions options_;
  sql::Database database_;
  // After `database_`: statements end before their connection.
  std::unique_ptr<Statements> statements_;
  std::optional<WriterLock> lock_;
  unsigned holds_ = 0;         // of it
  bool settled_ = false;       ///< What earlier processes wrote is known to be durable.
  bool write_failed_ = false;  ///< Nobody knows what the disk holds: no write through this object.
};

}  // namespace muster::ledger
