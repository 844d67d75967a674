#include "ledger/merkle_subtree.hpp"

#include <bit>

#include "ledger/base/check.hpp"

namespace muster::ledger {
namespace {

/// One step down from the root towards a subtree: the half that is left aside, and to whom it
/// belongs.
struct AsideHalf {
  enum class Side {
    left_of_subtree,   ///< Left of the subtree: only the tree has it.
    left_in_subtree,   ///< A left part of the subtree itself: both have it.
    right_of_subtree,  ///< Right of the subtree: only the tree has it.
  };
  LeafRange half;
  Side side;
};

/// The way from the root down to the subtree, or to its ragged right end.
struct SubtreeWay {
  std::vector<AsideHalf> asides;
  LeafRange end;
  bool is_whole = true;  ///< `end` is the subtree itself, and the verifier knows its hash.
};

SubtreeWay way_to(const LeafRange& range, TreeSize size) {
  using Side = AsideHalf::Side;
  SubtreeWay way{{}, {0, size.value}, true};
  const std::uint64_t end = range.first + range.count;
  while (way.end.first + way.end.count != end || way.end.first < range.first) {
    const std::uint64_t split = std::bit_floor(way.end.count - 1);
    const LeafRange left{way.end.first, split};
    const LeafRange right{way.end.first + split, way.end.count - split};
    if (end <= right.first) {
      way.asides.push_back({right, Side::right_of_subtree});
      way.end = left;
      continue;
    }
    const bool is_aside = right.first <= range.first;
    way.asides.push_back({left, is_aside ? Side::left_of_subtree : Side::left_in_subtree});
    way.is_whole = way.is_whole && is_aside;
    way.end = right;
  }
  return way;
}

}  // namespace

bool is_subtree(const LeafRange& range) {
  if (range.count == 0 || range.first > UINT64_MAX - range.count) return false;
  if (std::bit_width(range.count - 1) == 64) return range.first == 0;
  return (range.first & (std::bit_ceil(range.count) - 1)) == 0;
}

bool subtree_inclusion_verifies(const Hash& leaf, LogIndex index, const LeafRange& range,
                                const Hash& root, std::span<const Hash> proof) {
  if (!is_subtree(range) || index.value < range.first) return false;
  return inclusion_verifies(leaf, {index.value - range.first}, {{range.count}, root}, proof);
}

Result<Proof> subtree_proof(const LeafRange& range, TreeSize size, const SubtreeHash& subtree) {
  MUSTER_CHECK(is_subtree(range) && range.first + range.count <= size.value);
  const SubtreeWay way = way_to(range, size);
  Proof proof;
  if (!way.is_whole) {
    MUSTER_TRY_ASSIGN(const Hash hash, subtree(way.end));
    proof.push_back(hash);
  }
  for (std::size_t i = way.asides.size(); i-- > 0;) {
    MUSTER_TRY_ASSIGN(const Hash hash, subtree(way.asides[i].half));
    proof.push_back(hash);
  }
  return proof;
}

bool subtree_verifies(const LeafRange& range, const Hash& root, const TreeHead& head,
                      std::span<const Hash> proof) {
  if (!is_subtree(range) || range.first + range.count > head.size.value) return false;
  const SubtreeWay way = way_to(range, head.size);
  const std::size_t want = way.asides.size() + (way.is_whole ? 0 : 1);
  if (proof.size() != want) return false;
  Hash of_subtree = way.is_whole ? root : proof.front();
  Hash of_tree = of_subtree;
  for (std::size_t i = 0; i < way.asides.size(); ++i) {
    const Hash& hash = proof[want - way.asides.size() + i];
    const auto side = way.asides[way.asides.size() - 1 - i].side;
    if (side == AsideHalf::Side::right_of_subtree) {
      of_tree = node_hash(of_tree, hash);
      continue;
    }
    of_tree = node_hash(hash, of_tree);
    if (side == AsideHalf::Side::left_in_subtree) of_subtree = node_hash(hash, of_subtree);
  }
  return of_subtree == root && of_tree == head.root;
}

}  // namespace muster::ledger
