// What a PostgresStore reads.

#include <algorithm>

#include "ledger/crypto/sha256.hpp"
#include "ledger/store/as_corrupt.hpp"
#include "ledger/store/postgres_store.hpp"

namespace muster::ledger {
namespace {

/// Rows that one answer brings: libpq holds all of it. Of entries these are 16 MiB at most.
constexpr std::size_t slice_rows = 256;
constexpr std::int64_t blob_piece = std::int64_t{1} << 20U;

std::int64_t limit_of(std::size_t count, std::size_t most = SIZE_MAX) {
  return static_cast<std::int64_t>(std::min({count, most, std::size_t{INT64_MAX}}));
}

Error missing_row(std::string_view what, std::uint64_t want, std::int64_t next) {
  return {Errc::corrupt,
          std::string(what) + " " + std::to_string(want) + ": missing, the next is " +
              std::to_string(next),
          {}};
}

Result<std::vector<Hash>> hashes_of(const std::vector<Bytes>& rows, std::string_view what) {
  std::vector<Hash> hashes;
  for (const Bytes& row : rows) {
    auto hash = Hash::from_bytes(row);
    if (!hash) return failure(as_corrupt(std::move(hash).error().during(what)));
    hashes.push_back(*hash);
  }
  return hashes;
}

Error no_blob(const Hash& sha256) { return {Errc::not_found, "no blob " + sha256.to_hex(), {}}; }

std::vector<std::string> texts_of(const sql::PgRows& rows) {
  std::vector<std::string> texts;
  texts.reserve(static_cast<std::size_t>(rows.size()));
  for (int row = 0; row < rows.size(); ++row) texts.emplace_back(rows.text(row, 0));
  return texts;
}

}  // namespace

/// The second columns of the rows whose first are `first`, `first` + 1, … `statement` takes these
/// and a limit.
Result<std::vector<Bytes>> PostgresStore::rows_of(const char* statement, std::string_view what,
                                                  std::uint64_t first, std::size_t count) {
  std::vector<Bytes> found;
  while (found.size() < count) {
    const std::uint64_t begin = first + found.size();
    if (begin > static_cast<std::uint64_t>(INT64_MAX)) return found;
    const std::int64_t limit = limit_of(count - found.size(), slice_rows);
    MUSTER_TRY_ASSIGN(const auto rows, connection_.query(statement, sql::PgValues(begin, limit)));
    for (int row = 0; row < rows.size(); ++row) {
      const std::uint64_t want = first + found.size();
      if (rows.integer(row, 0) != static_cast<std::int64_t>(want)) {
        return failure(missing_row(what, want, rows.integer(row, 0)));
      }
      found.push_back(to_bytes(rows.bytes(row, 1)));
    }
    if (rows.size() < limit) return found;
  }
  return found;
}

Result<std::vector<Bytes>> PostgresStore::read(LogIndex first, std::size_t count) {
  return rows_of(
      "select log_index, body from muster_ledger.entry where log_index >= $1 order by log_index "
      "limit $2",
      "entry", first.value, count);
}

Result<std::vector<StoredEntry>> PostgresStore::read_stored(LogIndex first, std::size_t count,
                                                            std::size_t bytes) {
  std::vector<StoredEntry> entries;
  std::size_t taken = 0;
  while (entries.size() < count) {
    const std::int64_t limit = limit_of(count - entries.size(), slice_rows);
    MUSTER_TRY_ASSIGN(
        const auto rows,
        connection_.query("select log_index, body, leaf_hash from muster_ledger.entry where "
                          "log_index >= $1 order by log_index limit $2",
                          sql::PgValues(first.value + entries.size(), limit)));
    for (int row = 0; row < rows.size(); ++row) {
      const std::uint64_t want = first.value + entries.size();
      if (rows.integer(row, 0) != static_cast<std::int64_t>(want)) {
        return failure(missing_row("entry", want, rows.integer(row, 0)));
      }
      taken += rows.bytes(row, 1).size();
      if (!entries.empty() && taken > bytes) return entries;
      auto leaf = Hash::from_bytes(rows.bytes(row, 2));
      if (!leaf) return failure(as_corrupt(std::move(leaf).error().during("entry")));
      entries.push_back({to_bytes(rows.bytes(row, 1)), *leaf});
    }
    if (rows.size() < limit) return entries;
  }
  return entries;
}

Result<std::vector<Hash>> PostgresStore::leaf_hashes(LogIndex first, std::size_t count) {
  MUSTER_TRY_ASSIGN(const auto rows,
                    rows_of("select log_index, leaf_hash from muster_ledger.entry where log_index "
                            ">= $1 order by log_index limit $2",
                            "entry", first.value, count));
  return hashes_of(rows, "entry");
}

Result<std::vector<Hash>> PostgresStore::subtree_hashes(unsigned level, std::uint64_t first,
                                                        std::size_t count) {
  MUSTER_TRY_ASSIGN(
      const auto rows,
      connection_.query("select position, hash from muster_ledger.subtree where level = $1 and "
                        "position >= $2 order by position limit $3",
                        sql::PgValues(level, first, limit_of(count))));
  std::vector<Hash> hashes;
  for (int row = 0; row < rows.size(); ++row) {
    const std::uint64_t want = first + hashes.size();
    if (rows.integer(row, 0) != static_cast<std::int64_t>(want)) {
      return failure(missing_row("subtree", want, rows.integer(row, 0)));
    }
    auto hash = Hash::from_bytes(rows.bytes(row, 1));
    if (!hash) return failure(as_corrupt(std::move(hash).error().during("subtree")));
    hashes.push_back(*hash);
  }
  return hashes;
}

Result<Bytes> PostgresStore::blob(const Hash& sha256) {
  MUSTER_TRY_ASSIGN(const auto rows,
                    connection_.query("select body from muster_ledger.blob where sha256 = $1",
                                      sql::PgValues(sha256)));
  if (rows.size() == 0) return failure(no_blob(sha256));
  return to_bytes(rows.bytes(0, 0));
}

Result<bool> PostgresStore::has_blob(const Hash& sha256) {
  MUSTER_TRY_ASSIGN(const auto rows,
                    connection_.query("select true from muster_ledger.blob where sha256 = $1",
                                      sql::PgValues(sha256)));
  return rows.size() == 1;
}

Result<Hash> PostgresStore::blob_digest(const Hash& sha256) {
  crypto::Sha256 digest;
  for (std::int64_t begin = 1;; begin += blob_piece) {
    MUSTER_TRY_ASSIGN(
        const auto rows,
        connection_.query("select substring(body from cast($2 as integer) for cast($3 as integer)) "
                          "from muster_ledger.blob where sha256 = $1",
                          sql::PgValues(sha256, begin, blob_piece)));
    if (rows.size() == 0) return failure(no_blob(sha256));
    const ByteView piece = rows.bytes(0, 0);
    if (piece.empty()) return digest.finish();
    digest.update(piece);
  }
}

Result<std::vector<Hash>> PostgresStore::blob_hashes() {
  return blob_hashes_after(std::nullopt, SIZE_MAX);
}

Result<std::vector<Hash>> PostgresStore::blob_hashes_after(const std::optional<Hash>& after,
                                                           std::size_t count) {
  MUSTER_TRY_ASSIGN(
      const auto rows,
      connection_.query(
          "select sha256 from muster_ledger.blob where sha256 > $1 order by sha256 limit $2",
          sql::PgValues(after ? after->view() : ByteView(), limit_of(count))));
  std::vector<Hash> names;
  for (int row = 0; row < rows.size(); ++row) {
    auto name = Hash::from_bytes(rows.bytes(row, 0));
    if (!name) return failure(as_corrupt(std::move(name).error().during("blob")));
    names.push_back(*name);
  }
  return names;
}

Result<std::vector<std::string>> PostgresStore::checkpoints() {
  return checkpoints_from(0, SIZE_MAX);
}

Result<std::vector<std::string>> PostgresStore::checkpoints_from(std::uint64_t skip,
                                                                 std::size_t count) {
  MUSTER_TRY_ASSIGN(const auto rows,
                    rows_of("select number, body from muster_ledger.checkpoint where number >= $1 "
                            "order by number limit $2",
                            "checkpoint", skip, count));
  std::vector<std::string> texts;
  texts.reserve(rows.size());
  for (const Bytes& row : rows) texts.emplace_back(as_text(row));
  return texts;
}

Result<std::optional<std::string>> PostgresStore::newest_checkpoint() {
  MUSTER_TRY_ASSIGN(auto texts, newest_checkpoints(0, 1));
  if (texts.empty()) return std::optional<std::string>();
  return std::optional<std::string>(std::move(texts[0]));
}

Result<std::vector<std::string>> PostgresStore::newest_checkpoints(std::uint64_t skip,
                                                                   std::size_t count) {
  const auto left_out = static_cast<std::int64_t>(std::min<std::uint64_t>(skip, INT64_MAX));
  MUSTER_TRY_ASSIGN(const auto rows,
                    connection_.query("select body from muster_ledger.checkpoint order by number "
                                      "desc offset $1 limit $2",
                                      sql::PgValues(left_out, limit_of(count))));
  return texts_of(rows);
}

}  // namespace muster::ledger
