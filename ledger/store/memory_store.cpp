#include "ledger/store/memory_store.hpp"

#include <algorithm>

namespace muster::ledger {
namespace {

template <class T>
std::vector<T> slice(const std::vector<T>& all, std::uint64_t first, std::size_t count) {
  const auto begin = static_cast<std::size_t>(std::min<std::uint64_t>(first, all.size()));
  const auto end = begin + std::min(count, all.size() - begin);
  return std::vector<T>(all.begin() + static_cast<std::ptrdiff_t>(begin),
                        all.begin() + static_cast<std::ptrdiff_t>(end));
}

Result<void> check_not_retired(bool retired) {
  if (!retired) return {};
  return failure(Errc::unavailable, "this log was moved, and grows elsewhere");
}

}  // namespace

Result<void> MemoryStore::retire() {
  retired_ = true;
  return {};
}

Result<TreeHead> MemoryStore::append(TreeSize expected, std::span<const Bytes> entries,
                                     std::span<const Blob> blobs) {
  MUSTER_TRY(check_appendable(entries, blobs));
  if (range_.size() != expected) return failure(size_conflict(range_.size(), expected));
  if (!entries.empty()) MUSTER_TRY(check_not_retired(retired_));
  for (const Blob& blob : blobs) blobs_.emplace(blob.sha256, blob.bytes);
  for (const Bytes& entry : entries) {
    entries_.push_back(entry);
    range_.append(leaf_hash(entry), [this](const Subtree& subtree) {
      if (subtree.height % subtree_height_step != 0) return;
      const std::size_t level = subtree.height / subtree_height_step;
      if (level == levels_.size()) levels_.emplace_back();
      levels_[level].push_back(subtree.hash);
    });
  }
  return head();
}

Result<std::vector<Bytes>> MemoryStore::read(LogIndex first, std::size_t count) {
  return slice(entries_, first.value, count);
}

Result<std::vector<Hash>> MemoryStore::leaf_hashes(LogIndex first, std::size_t count) {
  return slice(levels_[0], first.value, count);
}

Result<std::vector<Hash>> MemoryStore::subtree_hashes(unsigned level, std::uint64_t first,
                                                      std::size_t count) {
  if (level >= levels_.size()) return std::vector<Hash>();
  return slice(levels_[level], first, count);
}

Result<Bytes> MemoryStore::blob(const Hash& sha256) {
  const auto found = blobs_.find(sha256);
  if (found == blobs_.end()) return failure(Errc::not_found, "no blob " + sha256.to_hex());
  return found->second;
}

Result<std::vector<Hash>> MemoryStore::blob_hashes() {
  std::vector<Hash> names;
  for (const auto& [name, bytes] : blobs_) names.push_back(name);
  return names;
}

Result<std::vector<Hash>> MemoryStore::blob_hashes_after(const std::optional<Hash>& after,
                                                         std::size_t count) {
  std::vector<Hash> names;
  auto at = after ? blobs_.upper_bound(*after) : blobs_.begin();
  for (; at != blobs_.end() && names.size() < count; ++at) names.push_back(at->first);
  return names;
}

Result<void> MemoryStore::put_checkpoint(std::string_view text) {
  MUSTER_TRY(check_checkpoint_text(text));
  MUSTER_TRY(check_not_retired(retired_));
  checkpoints_.emplace_back(text);
  return {};
}

Result<std::vector<std::string>> MemoryStore::checkpoints_from(std::uint64_t skip,
                                                               std::size_t count) {
  return slice(checkpoints_, skip, count);
}

Result<std::optional<std::string>> MemoryStore::newest_checkpoint() {
  if (checkpoints_.empty()) return std::optional<std::string>();
  return std::optional<std::string>(checkpoints_.back());
}

Result<std::vector<std::string>> MemoryStore::newest_checkpoints(std::uint64_t skip,
                                                                 std::size_t count) {
  std::vector<std::string> texts(checkpoints_.rbegin(), checkpoints_.rend());
  return slice(texts, skip, count);
}

Result<std::vector<std::string>> MemoryStore::structural_problems() {
  return std::vector<std::string>();
}

}  // namespace muster::ledger
