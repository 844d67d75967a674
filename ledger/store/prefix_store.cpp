#include "ledger/store/prefix_store.hpp"

#include <algorithm>

#include "ledger/checkpoint.hpp"

namespace muster::ledger {
namespace {

constexpr std::size_t hashes_at_once = 65'536;

Error only_read() {
  return Error{Errc::invalid_input, "a log as it was earlier: it can only be read", {}};
}

}  // namespace

Result<std::unique_ptr<PrefixStore>> PrefixStore::open(Store& whole, TreeSize size) {
  MUSTER_TRY_ASSIGN(const TreeHead head, whole.head());
  if (head.size < size) {
    return failure(Errc::invalid_input, "want the first " + std::to_string(size.value) +
                                            " entries of a log that has " +
                                            std::to_string(head.size.value));
  }
  CompactRange range;
  while (range.size() < size) {
    const std::uint64_t left = size.value - range.size().value;
    MUSTER_TRY_ASSIGN(
        const auto leaves,
        whole.leaf_hashes({range.size().value},
                          static_cast<std::size_t>(std::min<std::uint64_t>(left, hashes_at_once))));
    if (leaves.empty()) return failure(Errc::corrupt, "the log has a hole among its leaf hashes");
    for (const Hash& leaf : leaves) range.append(leaf, [](const Subtree&) {});
  }
  return std::unique_ptr<PrefixStore>(new PrefixStore(whole, std::move(range)));
}

std::size_t PrefixStore::within(std::uint64_t first, std::size_t count) const {
  const std::uint64_t size = range_.size().value;
  if (first >= size) return 0;
  return static_cast<std::size_t>(std::min<std::uint64_t>(count, size - first));
}

Result<TreeHead> PrefixStore::append(TreeSize /*expected*/, std::span<const Bytes> /*entries*/,
                                     std::span<const Blob> /*blobs*/) {
  return failure(only_read());
}

Result<std::vector<Bytes>> PrefixStore::read(LogIndex first, std::size_t count) {
  return whole_->read(first, within(first.value, count));
}

Result<std::vector<Hash>> PrefixStore::leaf_hashes(LogIndex first, std::size_t count) {
  return whole_->leaf_hashes(first, within(first.value, count));
}

Result<std::vector<Hash>> PrefixStore::subtree_hashes(unsigned level, std::uint64_t first,
                                                      std::size_t count) {
  const unsigned height = level * subtree_height_step;
  const std::uint64_t complete = height >= 64 ? 0 : range_.size().value >> height;
  if (first >= complete) return std::vector<Hash>();
  const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(count, complete - first));
  return whole_->subtree_hashes(level, first, most);
}

Result<void> PrefixStore::retire() { return failure(only_read()); }

Result<void> PrefixStore::put_checkpoint(std::string_view /*text*/) { return failure(only_read()); }

Result<std::vector<std::string>> PrefixStore::checkpoints() {
  MUSTER_TRY_ASSIGN(auto texts, whole_->checkpoints());
  std::erase_if(texts, [&](const std::string& text) {
    const auto checkpoint = parse_checkpoint(text);
    return checkpoint && range_.size() < checkpoint->size;
  });
  return texts;
}

Result<std::optional<std::string>> PrefixStore::newest_checkpoint() {
  MUSTER_TRY_ASSIGN(auto texts, checkpoints());
  if (texts.empty()) return std::optional<std::string>();
  return std::optional<std::string>(std::move(texts.back()));
}

Result<std::vector<std::string>> PrefixStore::newest_checkpoints(std::uint64_t skip,
                                                                 std::size_t count) {
  MUSTER_TRY_ASSIGN(auto texts, checkpoints());
  std::ranges::reverse(texts);
  const auto begin = static_cast<std::size_t>(std::min<std::uint64_t>(skip, texts.size()));
  const std::size_t end = begin + std::min(count, texts.size() - begin);
  return std::vector<std::string>(texts.begin() + static_cast<std::ptrdiff_t>(begin),
                                  texts.begin() + static_cast<std::ptrdiff_t>(end));
}

Result<std::vector<std::string>> PrefixStore::structural_problems() {
  return whole_->structural_problems();
}

}  // namespace muster::ledger
