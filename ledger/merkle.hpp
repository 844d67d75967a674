#pragma once

#include <functional>
#include <span>
#include <vector>

#include "ledger/base/hash.hpp"
#include "ledger/index.hpp"

namespace muster::ledger {

/// The hash of one entry: SHA-256(0x00 || bytes). Source: RFC 9162 section 2.1.1.
[[nodiscard]] Hash leaf_hash(ByteView entry);
/// The hash over two subtrees: SHA-256(0x01 || left || right). Source: RFC 9162 section 2.1.1.
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right);
/// The root of a tree without leaves: SHA-256 of nothing.
[[nodiscard]] Hash empty_root();

/// The root over `leaves`. Cost: leaves.size() - 1 hashes, O(log n) memory.
[[nodiscard]] Hash root_hash(std::span<const Hash> leaves);

/// One complete subtree: the leaves [position << height, (position + 1) << height).
struct Subtree {
  unsigned height;
  std::uint64_t position;
  Hash hash;
};

/// The complete subtrees of a growing tree, the largest first: all that is needed to append to it
/// and to know its root.
class CompactRange final {
 public:
  CompactRange() = default;
  /// Errors: `invalid_input` unless there is one node for each one bit of `size`.
  static Result<CompactRange> from_nodes(TreeSize size, std::vector<Hash> nodes);

  /// Cost: one hash on average, at most log2(size).
  void append(const Hash& leaf) {
    append(leaf, [](const Subtree&) {});
  }
  /// Also shows `visit` every subtree that this leaf completes, itself as the first.
  template <class Visit>
  void append(const Hash& leaf, const Visit& visit);
  /// Cost: at most log2(size) hashes.
  [[nodiscard]] Hash root() const;
  /// The root when a smaller, ragged subtree with this hash follows. Cost: as `root`.
  [[nodiscard]] Hash root_with_tail(const Hash& tail) const;
  [[nodiscard]] TreeSize size() const { return size_; }
  [[nodiscard]] std::span<const Hash> nodes() const { return nodes_; }

  friend bool operator==(const CompactRange&, const CompactRange&) = default;

 private:
  TreeSize size_;
  std::vector<Hash> nodes_;
};

template <class Visit>
void CompactRange::append(const Hash& leaf, const Visit& visit) {
  nodes_.push_back(leaf);
  visit(Subtree{0, size_.value, leaf});
  // One merge for each trailing one bit: two equal subtrees become one of the next height.
  unsigned height = 0;
  for (std::uint64_t bits = size_.value; (bits & 1U) != 0; bits >>= 1U) {
    const Hash right = nodes_.back();
    nodes_.pop_back();
    nodes_.back() = node_hash(nodes_.back(), right);
    ++height;
    visit(Subtree{height, size_.value >> height, nodes_.back()});
  }
  ++size_.value;
}

/// A subtree as the recursion of RFC 9162 meets it: the leaves [first, first + count). `first` is a
/// multiple of the least power of two that is not below `count`, and `count` is above 0.
struct LeafRange {
  std::uint64_t first;
  std::uint64_t count;
};

/// Gives the hash of a subtree: from leaves, from stored tiles, from anywhere.
using SubtreeHash = std::function<Result<Hash>(const LeafRange&)>;

/// The subtree hashes of `leaves`. Borrows them.
[[nodiscard]] SubtreeHash subtree_hash_of(std::span<const Hash> leaves);

using Proof = std::vector<Hash>;

/// The proof that the leaf at `index` is in the tree of `size` leaves. Asks for about log2(size)
/// subtrees. Requires: index < size. Errors: those of `subtree`.
/// Source: RFC 9162 section 2.1.3.1.
Result<Proof> inclusion_proof(LogIndex index, TreeSize size, const SubtreeHash& subtree);

/// The proof that the tree of `old_size` leaves is a prefix of the tree of `new_size`.
/// Requires: 0 < old_size <= new_size. Errors: those of `subtree`. Source: RFC 9162
/// section 2.1.4.1.
Result<Proof> consistency_proof(TreeSize old_size, TreeSize new_size, const SubtreeHash& subtree);

/// The root that `proof` leads to, if it has the right length for the place.
/// Errors: `invalid_input`. Source: RFC 9162 section 2.1.3.2.
Result<Hash> root_of_inclusion(const Hash& leaf, LogIndex index, TreeSize size,
                               std::span<const Hash> proof);

/// One end of a consistency claim.
struct TreeHead {
  TreeSize size;
  Hash root;
  friend auto operator<=>(const TreeHead&, const TreeHead&) = default;
};

/// Whether `leaf` stands at `index` of the tree with this head.
[[nodiscard]] bool inclusion_verifies(const Hash& leaf, LogIndex index, const TreeHead& head,
                                      std::span<const Hash> proof);

/// Whether the tree `before` is a prefix of the tree `after`. False for an empty `before`: every
/// tree goes on from it, so such a proof would show nothing. Source: RFC 9162 section 2.1.4.2.
[[nodiscard]] bool consistency_verifies(const TreeHead& before, const TreeHead& after,
                                        std::span<const Hash> proof);

}  // namespace muster::ledger
