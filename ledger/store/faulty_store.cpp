#include "ledger/store/faulty_store.hpp"

namespace muster::ledger {

template <class Call>
auto FaultyStore::counted(const Call& call) -> decltype(call()) {
  const std::size_t number = calls_++;
  if (number < fault_.call) {
    if (other_) other_(number);
    return call();
  }
  // Only the first failing call may still have its effect; the later ones meet a dead disk.
  if (number == fault_.call && fault_.kind == FaultKind::after) {
    auto done = call();
    if (!done) return done;
  }
  return failure(Errc::unavailable, "call " + std::to_string(number) + " failed on purpose");
}

Result<CompactRange> FaultyStore::compact_range() {
  return counted([&] { return inner_->compact_range(); });
}

Result<TreeHead> FaultyStore::append(TreeSize expected, std::span<const Bytes> entries,
                                     std::span<const Blob> blobs) {
  return counted([&] { return inner_->append(expected, entries, blobs); });
}

Result<std::vector<Bytes>> FaultyStore::read(LogIndex first, std::size_t count) {
  return counted([&] { return inner_->read(first, count); });
}

Result<std::vector<Hash>> FaultyStore::leaf_hashes(LogIndex first, std::size_t count) {
  return counted([&] { return inner_->leaf_hashes(first, count); });
}

Result<std::vector<StoredEntry>> FaultyStore::read_stored(LogIndex first, std::size_t count,
                                                          std::size_t bytes) {
  return counted([&] { return inner_->read_stored(first, count, bytes); });
}

Result<std::vector<Hash>> FaultyStore::subtree_hashes(unsigned level, std::uint64_t first,
                                                      std::size_t count) {
  return counted([&] { return inner_->subtree_hashes(level, first, count); });
}

Result<Bytes> FaultyStore::blob(const Hash& sha256) {
  return counted([&] { return inner_->blob(sha256); });
}

Result<std::vector<Hash>> FaultyStore::blob_hashes() {
  return counted([&] { return inner_->blob_hashes(); });
}

Result<std::vector<Hash>> FaultyStore::blob_hashes_after(const std::optional<Hash>& after,
                                                         std::size_t count) {
  return counted([&] { return inner_->blob_hashes_after(after, count); });
}

Result<bool> FaultyStore::has_blob(const Hash& sha256) {
  return counted([&] { return inner_->has_blob(sha256); });
}

Result<Hash> FaultyStore::blob_digest(const Hash& sha256) {
  return counted([&] { return inner_->blob_digest(sha256); });
}

Result<void> FaultyStore::hold_writer_lock() {
  return counted([&] { return inner_->hold_writer_lock(); });
}

Result<void> FaultyStore::retire() {
  return counted([&] { return inner_->retire(); });
}

Result<void> FaultyStore::settle() {
  return counted([&] { return inner_->settle(); });
}

Result<void> FaultyStore::put_checkpoint(std::string_view text) {
  return counted([&] { return inner_->put_checkpoint(text); });
}

Result<std::vector<std::string>> FaultyStore::checkpoints() {
  return counted([&] { return inner_->checkpoints(); });
}

Result<std::vector<std::string>> FaultyStore::checkpoints_from(std::uint64_t skip,
                                                               std::size_t count) {
  return counted([&] { return inner_->checkpoints_from(skip, count); });
}

Result<std::optional<std::string>> FaultyStore::newest_checkpoint() {
  return counted([&] { return inner_->newest_checkpoint(); });
}

Result<std::vector<std::string>> FaultyStore::newest_checkpoints(std::uint64_t skip,
                                                                 std::size_t count) {
  return counted([&] { return inner_->newest_checkpoints(skip, count); });
}

Result<std::unique_ptr<Snapshot>> FaultyStore::snapshot() {
  return counted([&] { return inner_->snapshot(); });
}

Result<std::vector<std::string>> FaultyStore::structural_problems() {
  return counted([&] { return inner_->structural_problems(); });
}

}  // namespace muster::ledger
