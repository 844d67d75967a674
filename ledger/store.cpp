#include "ledger/store.hpp"

#include <algorithm>

#include "ledger/crypto/sha256.hpp"
#include "ledger/entry.hpp"

namespace muster::ledger {

Result<TreeHead> Store::head() {
  MUSTER_TRY_ASSIGN(const CompactRange range, compact_range());
  return TreeHead{range.size(), range.root()};
}

// What follows is right for any backend; those that can do it better override it.

Result<std::vector<StoredEntry>> Store::read_stored(LogIndex first, std::size_t count,
                                                    std::size_t bytes) {
  MUSTER_TRY_ASSIGN(auto bodies, read(first, count));
  MUSTER_TRY_ASSIGN(const auto leaves, leaf_hashes(first, bodies.size()));
  if (leaves.size() < bodies.size()) {
    return failure(Errc::corrupt, "got " + std::to_string(bodies.size()) + " entries and " +
                                      std::to_string(leaves.size()) + " leaf hashes");
  }
  std::vector<StoredEntry> entries;
  std::size_t taken = 0;
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    taken += bodies[i].size();
    if (i > 0 && taken > bytes) break;
    entries.push_back({std::move(bodies[i]), leaves[i]});
  }
  return entries;
}

Result<std::vector<Hash>> Store::blob_hashes_after(const std::optional<Hash>& after,
                                                   std::size_t count) {
  MUSTER_TRY_ASSIGN(const auto all, blob_hashes());
  const auto first = after ? std::ranges::upper_bound(all, *after) : all.begin();
  const auto left = static_cast<std::size_t>(all.end() - first);
  return std::vector<Hash>(first, first + static_cast<std::ptrdiff_t>(std::min(count, left)));
}

Result<bool> Store::has_blob(const Hash& sha256) {
  MUSTER_TRY_ASSIGN(const auto all, blob_hashes());
  return std::ranges::binary_search(all, sha256);
}

Result<Hash> Store::blob_digest(const Hash& sha256) {
  MUSTER_TRY_ASSIGN(const Bytes bytes, blob(sha256));
  return crypto::sha256(bytes);
}

Result<std::vector<std::string>> Store::checkpoints_from(std::uint64_t skip, std::size_t count) {
  MUSTER_TRY_ASSIGN(auto texts, checkpoints());
  const auto begin = static_cast<std::size_t>(std::min<std::uint64_t>(skip, texts.size()));
  texts.erase(texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(begin));
  if (texts.size() > count) texts.resize(count);
  return texts;
}

Result<std::unique_ptr<Snapshot>> Store::snapshot() { return std::unique_ptr<Snapshot>(); }

Result<void> check_appendable(std::span<const Bytes> entries, std::span<const Blob> blobs) {
  for (const Bytes& entry : entries) {
    if (!entry.empty() && entry.size() <= max_entry_bytes) continue;
    return failure(Errc::invalid_input, "append: got an entry of " + std::to_string(entry.size()) +
                                            " bytes, want 1 to " + std::to_string(max_entry_bytes));
  }
  for (const Blob& blob : blobs) {
    if (blob.bytes.size() > max_blob_bytes) {
      return failure(Errc::invalid_input,
                     "append: got a blob of " + std::to_string(blob.bytes.size()) +
                         " bytes, want at most " + std::to_string(max_blob_bytes));
    }
    const Hash actual = crypto::sha256(blob.bytes);
    if (actual == blob.sha256) continue;
    return failure(Errc::invalid_input, "append: got a blob that hashes to " + actual.to_hex() +
                                            ", want " + blob.sha256.to_hex());
  }
  return {};
}

Result<void> check_checkpoint_text(std::string_view text) {
  const bool has_nul = text.find('\0') != std::string_view::npos;
  if (!text.empty() && text.size() <= max_checkpoint_bytes && !has_nul) return {};
  return failure(Errc::invalid_input, "checkpoint: got " + std::to_string(text.size()) +
                                          " bytes, want 1 to " +
                                          std::to_string(max_checkpoint_bytes) + " without NUL");
}

Error size_conflict(TreeSize actual, TreeSize expected) {
  return Error{Errc::conflict,
               "append: log has " + std::to_string(actual.value) + " entries, caller expected " +
                   std::to_string(expected.value),
               {}};
}

}  // namespace muster::ledger
