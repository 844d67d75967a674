#pragma once

#include "ledger/merkle_nodes.hpp"

namespace muster::ledger {

/// A whole growing tree in memory: all its complete subtrees, 64 bytes a leaf. For proofs by the
/// million; a log's own tree needs only the CompactRange, and its tiles.
class MerkleTree final {
 public:
  /// Cost: as CompactRange::append.
  void append(const Hash& leaf);

  [[nodiscard]] TreeSize size() const { return range_.size(); }
  [[nodiscard]] Hash root() const { return range_.root(); }
  /// The hash of a complete subtree. Requires: (position + 1) << height <= size.
  [[nodiscard]] const Hash& node(unsigned height, std::uint64_t position) const {
    return levels_[height][position];
  }
  /// The complete subtrees of the first `size` leaves. Requires: size <= the tree's.
  [[nodiscard]] CompactRange range_at(TreeSize size) const;
  /// Any subtree of the tree. Borrows the tree.
  [[nodiscard]] SubtreeHash subtree_hash() const;

 private:
  CompactRange range_;
  std::vector<std::vector<Hash>> levels_;  // [h] complete subtrees of height h, by position
};

/// Makes the inclusion proofs of one size of a tree. Borrows the tree, which may grow meanwhile.
class MerkleProver final {
 public:
  /// Requires: size <= the tree's. Cost: as RightEdge.
  MerkleProver(const MerkleTree& tree, TreeSize size)
      : tree_(&tree), size_(size), edge_(tree.range_at(size)) {}

  [[nodiscard]] TreeHead head() const { return {size_, edge_.root()}; }
  /// Requires: index < size. Cost: log2(size) look-ups and no hash.
  [[nodiscard]] Proof inclusion(LogIndex index) const;

 private:
  const MerkleTree* tree_;
  TreeSize size_;
  RightEdge edge_;
};

}  // namespace muster::ledger
