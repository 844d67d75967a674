#pragma once

#include <memory>
#include <optional>

#include "ledger/sql/postgres.hpp"
#include "ledger/store.hpp"

namespace muster::ledger {

struct PostgresOptions {
  int lock_timeout_ms = 5'000;  ///< How long a write waits for another writer.
  /// Reads, from a standby if the URL names one that answers; every write is refused.
  bool only_read = false;
};

/// One log in one PostgreSQL database, in its schema `muster_ledger`, blobs and checkpoints
/// included. Several programs on several machines may open it; one of them writes at a time. What
/// `append` acknowledged is as durable as the server's `synchronous_commit` and standbys make it,
/// and no less than on the primary's disk. On a standby it reads what has arrived there, and
/// refuses to write.
class PostgresStore final : public Store {
 public:
  /// Lays the tables of a new, empty log. Errors: `conflict` if there is one; of `connect`.
  static Result<std::unique_ptr<PostgresStore>> create(const std::string& url);
  /// Opens a log; never makes one. Errors: `not_found` if the database has none; `invalid_input`
  /// for another version; `unavailable` for a server that does not sync what it commits; of
  /// `connect`.
  static Result<std::unique_ptr<PostgresStore>> open(const std::string& url,
                                                     const PostgresOptions& options = {});
  ~PostgresStore() override;

  /// The lock is gone with the connection, too. Errors: `unavailable` after the lock timeout.
  Result<void> hold_writer_lock() override;
  void release_writer_lock() override;
  Result<void> retire() override;
  Result<bool> is_retired() override;

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
  [[nodiscard]] bool only_reads() const override { return only_reads_; }
  [[nodiscard]] bool is_usable() const override {
    return !write_failed_ && connection_.is_connected();
  }
  Result<std::vector<std::string>> structural_problems() override;

 private:
  PostgresStore(std::string url, sql::PgConnection connection)
      : url_(std::move(url)), connection_(std::move(connection)) {}
  Result<void> check_writable(std::string_view what) const;
  Result<CompactRange> edge(const char* statement);
  Result<TreeHead> append_in(sql::PgTransaction& transaction, TreeSize expected,
                             std::span<const Bytes> entries, std::span<const Blob> blobs);
  Result<void> insert_blobs(std::span<const Blob> blobs);
  Result<void> insert_entries(CompactRange& range, std::span<const Bytes> entries);

  std::string url_;
  sql::PgConnection connection_;
  bool only_reads_ = false;    ///< By wish, or since the server is a standby.
  unsigned holds_ = 0;         // of the writer lock
  bool write_failed_ = false;  ///< Nobody knows what was committed: no write through this object.
};

}  // namespace muster::ledger
