// What a PostgresStore reads.

#include <algorithm>
#include <functional>

#include "ledger/crypto/sha256.hpp"
#include "ledger/store/postgres_store.hpp"
#include "ledger/store/stored_values.hpp"

namespace muster::ledger {
namespace {

/// Rows that one answer brings: libpq holds all of it. Of entries these are 16 MiB at most.
constexpr std::size_t slice_rows = 256;
constexpr std::int64_t blob_piece = std::int64_t{1} << 20U;

std::int64_t limit_of(std::size_t count, std::size_t most = SIZE_MAX) {
  return static_cast<std::int64_t>(std::min({count, most, std::size_t{INT64_MAX}}));
}

/// Which rows, by the numbers in their first columns, and what to call one in a message.
struct NumberedRows {
  std::string_view what;
  std::uint64_t first;
  std::size_t count;
};

/// Asks for at most `limit` rows from number `begin` on, in order.
using AskRows = std::function<Result<sql::PgRows>(std::uint64_t begin, std::int64_t limit)>;
/// Takes one row, and says whether to go on.
using TakeRow = std::function<Result<bool>(const sql::PgRows& rows, int row)>;

/// Goes through rows that must have one number after the other.
Result<void> for_each_numbered(const NumberedRows& wanted, const AskRows& ask,
                               const TakeRow& take) {
  std::size_t taken = 0;
  while (taken < wanted.count) {
    const std::uint64_t begin = wanted.first + taken;
    if (begin > static_cast<std::uint64_t>(INT64_MAX)) return {};
    const std::int64_t limit = limit_of(wanted.count - taken, slice_rows);
    MUSTER_TRY_ASSIGN(const sql::PgRows rows, ask(begin, limit));
    for (int row = 0; row < rows.size(); ++row) {
      const std::uint64_t want = wanted.first + taken++;
      if (rows.integer(row, 0) != static_cast<std::int64_t>(want)) {
        return failure(missing_row(wanted.what, want, rows.integer(row, 0)));
      }
      MUSTER_TRY_ASSIGN(const bool more, take(rows, row));
      if (!more) return {};
    }
    if (rows.size() < limit) return {};
  }
  return {};
}

/// The hashes in the second columns.
Result<std::vector<Hash>> numbered_hashes(const NumberedRows& wanted, const AskRows& ask) {
  std::vector<Hash> hashes;
  MUSTER_TRY(for_each_numbered(wanted, ask, [&](const sql::PgRows& rows, int row) -> Result<bool> {
    MUSTER_TRY_ASSIGN(const Hash hash, stored_hash(rows.bytes(row, 1), wanted.what));
    hashes.push_back(hash);
    return true;
  }));
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

Result<std::vector<Bytes>> PostgresStore::read(LogIndex first, std::size_t count) {
  const auto ask = [this](std::uint64_t begin, std::int64_t limit) {
    return connection_.query_again(
        "select log_index, body from muster_ledger.entry where log_index >= $1 order by log_index "
        "limit $2",
        sql::PgValues(begin, limit));
  };
  std::vector<Bytes> entries;
  MUSTER_TRY(for_each_numbered({"entry", first.value, count}, ask,
                               [&](const sql::PgRows& rows, int row) -> Result<bool> {
                                 entries.push_back(to_bytes(rows.bytes(row, 1)));
                                 return true;
                               }));
  return entries;
}

Result<std::vector<StoredEntry>> PostgresStore::read_stored(LogIndex first, std::size_t count,
                                                            std::size_t bytes) {
  const auto ask = [this](std::uint64_t begin, std::int64_t limit) {
    return connection_.query_again(
        "select log_index, body, leaf_hash from muster_ledger.entry where log_index >= $1 order by "
        "log_index limit $2",
        sql::PgValues(begin, limit));
  };
  std::vector<StoredEntry> entries;
  std::size_t taken = 0;
  const auto take = [&](const sql::PgRows& rows, int row) -> Result<bool> {
    const ByteView body = rows.bytes(row, 1);
    taken += body.size();
    if (!entries.empty() && taken > bytes) return false;
    MUSTER_TRY_ASSIGN(const Hash leaf, stored_hash(rows.bytes(row, 2), "entry"));
    entries.push_back({to_bytes(body), leaf});
    return true;
  };
  MUSTER_TRY(for_each_numbered({"entry", first.value, count}, ask, take));
  return entries;
}

Result<std::vector<Hash>> PostgresStore::leaf_hashes(LogIndex first, std::size_t count) {
  return numbered_hashes(
      {"entry", first.value, count}, [this](std::uint64_t begin, std::int64_t limit) {
        return connection_.query_again(
            "select log_index, leaf_hash from muster_ledger.entry where log_index >= $1 order by "
            "log_index limit $2",
            sql::PgValues(begin, limit));
      });
}

Result<std::vector<Hash>> PostgresStore::subtree_hashes(unsigned level, std::uint64_t first,
                                                        std::size_t count) {
  return numbered_hashes(
      {"subtree", first, count}, [this, level](std::uint64_t begin, std::int64_t limit) {
        return connection_.query_again(
            "select position, hash from muster_ledger.subtree where level = $1 and position >= $2 "
            "order by position limit $3",
            sql::PgValues(level, begin, limit));
      });
}

Result<Bytes> PostgresStore::blob(const Hash& sha256) {
  MUSTER_TRY_ASSIGN(const auto rows,
                    connection_.query_again("select body from muster_ledger.blob where sha256 = $1",
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
    MUSTER_TRY_ASSIGN(const Hash name, stored_hash(rows.bytes(row, 0), "blob"));
    names.push_back(name);
  }
  return names;
}

Result<std::vector<std::string>> PostgresStore::checkpoints() {
  return checkpoints_from(0, SIZE_MAX);
}

Result<std::vector<std::string>> PostgresStore::checkpoints_from(std::uint64_t skip,
                                                                 std::size_t count) {
  const auto ask = [this](std::uint64_t begin, std::int64_t limit) {
    return connection_.query(
        "select number, body from muster_ledger.checkpoint where number >= $1 order by number "
        "limit $2",
        sql::PgValues(begin, limit));
  };
  std::vector<std::string> texts;
  MUSTER_TRY(for_each_numbered({"checkpoint", skip, count}, ask,
                               [&](const sql::PgRows& rows, int row) -> Result<bool> {
                                 texts.emplace_back(rows.text(row, 1));
                                 return true;
                               }));
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
  MUSTER_TRY_ASSIGN(
      const auto rows,
      connection_.query_again("select body from muster_ledger.checkpoint order by number "
                              "desc offset $1 limit $2",
                              sql::PgValues(left_out, limit_of(count))));
  return texts_of(rows);
}

}  // namespace muster::ledger
