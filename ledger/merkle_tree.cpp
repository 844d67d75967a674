#include "ledger/merkle_tree.hpp"

#include "ledger/base/check.hpp"

namespace muster::ledger {

RightEdge::RightEdge(const CompactRange& range) : root_(empty_root()) {
  const auto nodes = range.nodes();
  std::size_t left = nodes.size();
  for (unsigned height = 0; left > 0; ++height) {
    const bool ends_here = (range.size().value >> height & 1U) != 0;
    hashes_.at(height) = root_;
    if (!ends_here) continue;
    const bool is_smallest = left == nodes.size();
    --left;
    root_ = is_smallest ? nodes[left] : node_hash(nodes[left], root_);
  }
}

void MerkleTree::append(const Hash& leaf) {
  range_.append(leaf, [this](const Subtree& subtree) {
    if (levels_.size() <= subtree.height) levels_.emplace_back();
    levels_[subtree.height].push_back(subtree.hash);
  });
}

CompactRange MerkleTree::range_at(TreeSize size) const {
  MUSTER_CHECK(size <= range_.size());
  std::vector<Hash> nodes;
  std::uint64_t first = 0;
  for (std::uint64_t rest = size.value; rest != 0;) {
    const auto height = static_cast<unsigned>(std::bit_width(rest) - 1);
    nodes.push_back(node(height, first >> height));
    first += std::uint64_t{1} << height;
    rest ^= std::uint64_t{1} << height;
  }
  return CompactRange::from_nodes(size, std::move(nodes)).value();
}

SubtreeHash MerkleTree::subtree_hash() const {
  return [this](const LeafRange& range) {
    MUSTER_CHECK(range.first + range.count <= size().value);
    return subtree_from_nodes(range, [this](unsigned height, std::uint64_t position) {
      return Result<Hash>(node(height, position));
    });
  };
}

Proof MerkleProver::inclusion(LogIndex index) const {
  MUSTER_CHECK(index.value < size_.value);
  Proof proof;
  proof.reserve(static_cast<std::size_t>(std::bit_width(size_.value)));
  for_each_sibling(index, size_, [&](const Sibling& sibling) {
    proof.push_back(sibling.ragged ? edge_.hash(sibling.height)
                                   : tree_->node(sibling.height, sibling.position));
  });
  return proof;
}

}  // namespace muster::ledger
