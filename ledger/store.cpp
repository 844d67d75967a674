#include "ledger/store.hpp"

#include "ledger/crypto/sha256.hpp"
#include "ledger/entry.hpp"

namespace muster::ledger {

Result<TreeHead> Store::head() {
  MUSTER_TRY_ASSIGN(const CompactRange range, compact_range());
  return TreeHead{range.size(), range.root()};
}

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
