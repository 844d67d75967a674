#pragma once

#include "ledger/merkle.hpp"

namespace muster::ledger {

/// The inclusion proofs of many leaves, in the order of `indexes`. One pass over the tree: each
/// subtree is asked for at most once, and what lies above two of the leaves is computed.
/// Requires: every index < size. Errors: those of `subtree`.
/// Cost: at most indexes.size() * log2(size) hashes, and as many memory.
Result<std::vector<Proof>> inclusion_proofs(std::span<const LogIndex> indexes, TreeSize size,
                                            const SubtreeHash& subtree);

/// One proof for many leaves together: the hashes of the subtrees without any of them, in the order
/// in which the recursion of RFC 9162 comes back from them, left before right. For m of n leaves
/// some m * log2(n / m) hashes, where single proofs have m * log2(n).
/// Requires: `indexes` ascending, none twice, all < size, at least one.
Result<Proof> joint_inclusion_proof(std::span<const LogIndex> indexes, TreeSize size,
                                    const SubtreeHash& subtree);

/// A leaf with its place.
struct PlacedLeaf {
  LogIndex index;
  Hash leaf;
};

/// Whether all `leaves` stand at their places of the tree with this head. False unless they ascend,
/// none stands twice, and `proof` has exactly the hashes that are needed.
[[nodiscard]] bool joint_inclusion_verifies(std::span<const PlacedLeaf> leaves,
                                            const TreeHead& head, std::span<const Hash> proof);

}  // namespace muster::ledger
