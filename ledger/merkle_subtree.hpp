#pragma once

#include "ledger/merkle.hpp"

namespace muster::ledger {

/// Whether the leaves [first, first + count) can be a subtree: at least one, and `first` a multiple
/// of the least power of two that is not below `count`.
/// Source: draft-ietf-plants-merkle-tree-certs, section "Subtrees".
[[nodiscard]] bool is_subtree(const LeafRange& range);

/// Whether `leaf` stands at `index` of the subtree with this root.
/// False for what is no subtree, and for an index outside it.
[[nodiscard]] bool subtree_inclusion_verifies(const Hash& leaf, LogIndex index,
                                              const LeafRange& range, const Hash& root,
                                              std::span<const Hash> proof);

/// The proof that a subtree with the leaves `range` is part of the tree of `size` leaves: what a
/// tile is to its log. For a range from 0 it is the consistency proof.
/// Requires: is_subtree(range), range.first + range.count <= size. Errors: those of `subtree`.
/// Source: draft-ietf-plants-merkle-tree-certs, section "Subtree Consistency Proofs".
Result<Proof> subtree_proof(const LeafRange& range, TreeSize size, const SubtreeHash& subtree);

/// Whether the subtree over `range` with the root `root` is part of the tree with this head. False
/// for an empty range: it would show nothing.
[[nodiscard]] bool subtree_verifies(const LeafRange& range, const Hash& root, const TreeHead& head,
                                    std::span<const Hash> proof);

}  // namespace muster::ledger
