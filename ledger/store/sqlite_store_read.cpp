// What an SqliteStore reads.

#include <algorithm>

#include "ledger/crypto/sha256.hpp"
#include "ledger/store/sqlite_statements.hpp"
#include "ledger/store/stored_values.hpp"

namespace muster::ledger {
namespace {

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
  std::uint64_t want = range.first;
  while (true) {
    MUSTER_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return {};
    if (rows.integer(0) != static_cast<std::int64_t>(want)) {
      return failure(missing_row(range.what, want, rows.integer(0)));
    }
    MUSTER_TRY(use(rows.blob(1)));
    ++want;
  }
}

Result<std::vector<Hash>> hash_rows(sql::Statement& rows, const RowRange& range) {
  std::vector<Hash> hashes;
  MUSTER_TRY(for_each_row(rows, range, [&](ByteView bytes) -> Result<void> {
    MUSTER_TRY_ASSIGN(const Hash hash, stored_hash(bytes, range.what));
    hashes.push_back(hash);
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

Result<std::vector<Bytes>> SqliteStore::read(LogIndex first, std::size_t count) {
  sql::Statement& rows = statements_->bodies.bind_all(first.value, row_limit(count));
  std::vector<Bytes> entries;
  MUSTER_TRY(for_each_row(rows, {"entry", first.value}, [&](ByteView body) -> Result<void> {
    entries.push_back(to_bytes(body));
    return {};
  }));
  return entries;
}

Result<std::vector<StoredEntry>> SqliteStore::read_stored(LogIndex first, std::size_t count,
                                                          std::size_t bytes) {
  sql::Statement& rows = statements_->stored.bind_all(first.value, row_limit(count));
  const sql::ResetAtEnd reset(rows);
  std::vector<StoredEntry> entries;
  std::size_t taken = 0;
  while (true) {
    MUSTER_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return entries;
    const std::uint64_t want = first.value + entries.size();
    if (rows.integer(0) != static_cast<std::int64_t>(want)) {
      return failure(missing_row("entry", want, rows.integer(0)));
    }
    const ByteView body = rows.blob(1);
    taken += body.size();
    if (!entries.empty() && taken > bytes) return entries;
    MUSTER_TRY_ASSIGN(const Hash leaf, stored_hash(rows.blob(2), "entry"));
    entries.push_back({to_bytes(body), leaf});
  }
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

Result<bool> SqliteStore::has_blob(const Hash& sha256) {
  sql::Statement& find = statements_->blob_number;
  const sql::ResetAtEnd reset(find);
  return find.bind_all(sha256).step();
}

Result<Hash> SqliteStore::blob_digest(const Hash& sha256) {
  sql::Statement& find = statements_->blob_number;
  const sql::ResetAtEnd reset(find);
  MUSTER_TRY_ASSIGN(const bool row, find.bind_all(sha256).step());
  if (!row) return failure(Errc::not_found, "no blob " + sha256.to_hex());
  crypto::Sha256 digest;
  MUSTER_TRY(database_.for_each_piece({"blob", "body", find.integer(0)},
                                      [&digest](ByteView piece) { digest.update(piece); }));
  return digest.finish();
}

Result<std::vector<Hash>> SqliteStore::blob_hashes() {
  return blob_hashes_after(std::nullopt, SIZE_MAX);
}

Result<std::vector<Hash>> SqliteStore::blob_hashes_after(const std::optional<Hash>& after,
                                                         std::size_t count) {
  sql::Statement& rows = statements_->blob_names;
  const sql::ResetAtEnd reset(rows);
  std::vector<Hash> names;
  rows.bind_all(after ? after->view() : ByteView(), row_limit(count));
  while (true) {
    MUSTER_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return names;
    MUSTER_TRY_ASSIGN(const Hash name, stored_hash(rows.blob(0), "blob"));
    names.push_back(name);
  }
}

Result<std::vector<std::string>> SqliteStore::checkpoints() {
  return text_rows(statements_->checkpoints.bind_all());
}

Result<std::vector<std::string>> SqliteStore::checkpoints_from(std::uint64_t skip,
                                                               std::size_t count) {
  std::vector<std::string> texts;
  sql::Statement& rows = statements_->checkpoints_from.bind_all(skip, row_limit(count));
  MUSTER_TRY(for_each_row(rows, {"checkpoint", skip}, [&](ByteView text) -> Result<void> {
    texts.emplace_back(as_text(text));
    return {};
  }));
  return texts;
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

}  // namespace muster::ledger
