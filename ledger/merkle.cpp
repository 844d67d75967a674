#include "ledger/merkle.hpp"

#include <bit>

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::ledger {
namespace {

constexpr std::array<std::uint8_t, 1> leaf_prefix{0x00};
constexpr std::array<std::uint8_t, 1> node_prefix{0x01};

}  // namespace

Hash leaf_hash(ByteView entry) {
  static const crypto::Sha256Midstate after_prefix(leaf_prefix);
  return after_prefix.digest({entry});
}

Hash node_hash(const Hash& left, const Hash& right) {
  static const crypto::Sha256Midstate after_prefix(node_prefix);
  return after_prefix.digest({left.view(), right.view()});
}

Hash empty_root() { return crypto::sha256(ByteView()); }

Hash root_hash(std::span<const Hash> leaves) {
  CompactRange range;
  for (const Hash& leaf : leaves) range.append(leaf);
  return range.root();
}

Result<CompactRange> CompactRange::from_nodes(TreeSize size, std::vector<Hash> nodes) {
  const auto want = static_cast<std::size_t>(std::popcount(size.value));
  if (nodes.size() != want) {
    return failure(Errc::invalid_input, "compact range of " + std::to_string(size.value) +
                                            " leaves: got " + std::to_string(nodes.size()) +
                                            " nodes, want " + std::to_string(want));
  }
  CompactRange range;
  range.size_ = size;
  range.nodes_ = std::move(nodes);
  return range;
}

Hash CompactRange::root_with_tail(const Hash& tail) const {
  Hash root = tail;
  for (std::size_t i = nodes_.size(); i-- > 0;) root = node_hash(nodes_[i], root);
  return root;
}

Hash CompactRange::root() const {
  if (nodes_.empty()) return empty_root();
  Hash root = nodes_.back();
  for (std::size_t i = nodes_.size() - 1; i-- > 0;) root = node_hash(nodes_[i], root);
  return root;
}

SubtreeHash subtree_hash_of(std::span<const Hash> leaves) {
  return [leaves](const LeafRange& range) -> Result<Hash> {
    MUSTER_CHECK(range.first + range.count <= leaves.size());
    return root_hash(leaves.subspan(range.first, range.count));
  };
}

}  // namespace muster::ledger
