#include <algorithm>
#include <bit>

#include "ledger/base/check.hpp"
#include "ledger/merkle.hpp"

namespace muster::ledger {
namespace {

/// The largest power of two below `count`. Requires: count > 1.
std::uint64_t split_point(std::uint64_t count) { return std::bit_floor(count - 1); }

/// PATH(index, D) of RFC 9162 from the root down: the sibling of every subtree that holds the leaf.
std::vector<LeafRange> inclusion_siblings(std::uint64_t index, std::uint64_t size) {
  std::vector<LeafRange> siblings;
  LeafRange here{0, size};
  while (here.count > 1) {
    const std::uint64_t split = split_point(here.count);
    const LeafRange left{here.first, split};
    const LeafRange right{here.first + split, here.count - split};
    const bool is_left = index < right.first;
    siblings.push_back(is_left ? right : left);
    here = is_left ? left : right;
  }
  return siblings;
}

/// SUBPROOF(m, D, true) of RFC 9162 from the root down.
std::vector<LeafRange> consistency_siblings(std::uint64_t old_size, std::uint64_t new_size) {
  std::vector<LeafRange> siblings;
  LeafRange here{0, new_size};
  bool is_old_root = true;  // whether `here` begins at 0, where the verifier knows the old root
  while (here.first + here.count != old_size) {
    const std::uint64_t split = split_point(here.count);
    const LeafRange left{here.first, split};
    const LeafRange right{here.first + split, here.count - split};
    const bool is_left = old_size <= right.first;
    siblings.push_back(is_left ? right : left);
    is_old_root = is_old_root && is_left;
    here = is_left ? left : right;
  }
  if (!is_old_root) siblings.push_back(here);
  return siblings;
}

Result<Proof> hashes_bottom_up(const std::vector<LeafRange>& ranges, const SubtreeHash& subtree) {
  Proof proof;
  proof.reserve(ranges.size());
  for (auto range = ranges.rbegin(); range != ranges.rend(); ++range) {
    MUSTER_TRY_ASSIGN(const Hash hash, subtree(*range));
    proof.push_back(hash);
  }
  return proof;
}

}  // namespace

Result<Proof> inclusion_proof(LogIndex index, TreeSize size, const SubtreeHash& subtree) {
  MUSTER_CHECK(index.value < size.value);
  return hashes_bottom_up(inclusion_siblings(index.value, size.value), subtree);
}

Result<Proof> consistency_proof(TreeSize old_size, TreeSize new_size, const SubtreeHash& subtree) {
  MUSTER_CHECK(old_size.value > 0 && old_size <= new_size);
  return hashes_bottom_up(consistency_siblings(old_size.value, new_size.value), subtree);
}

Result<Hash> root_of_inclusion(const Hash& leaf, LogIndex index, TreeSize size,
                               std::span<const Hash> proof) {
  if (index.value >= size.value) {
    return failure(Errc::invalid_input, "inclusion proof: got index " +
                                            std::to_string(index.value) + ", want below " +
                                            std::to_string(size.value));
  }
  // Names as in RFC 9162 section 2.1.3.2: first and second node number of a level.
  std::uint64_t fn = index.value;
  std::uint64_t sn = size.value - 1;
  Hash root = leaf;
  for (const Hash& sibling : proof) {
    if (sn == 0) return failure(Errc::invalid_input, "inclusion proof: too long");
    if ((fn & 1U) != 0 || fn == sn) {
      root = node_hash(sibling, root);
      while ((fn & 1U) == 0 && fn != 0) {
        fn >>= 1U;
        sn >>= 1U;
      }
    } else {
      root = node_hash(root, sibling);
    }
    fn >>= 1U;
    sn >>= 1U;
  }
  if (sn != 0) return failure(Errc::invalid_input, "inclusion proof: too short");
  return root;
}

bool inclusion_verifies(const Hash& leaf, LogIndex index, const TreeHead& head,
                        std::span<const Hash> proof) {
  const auto root = root_of_inclusion(leaf, index, head.size, proof);
  return root && *root == head.root;
}

bool consistency_verifies(const TreeHead& before, const TreeHead& after,
                          std::span<const Hash> proof) {
  if (before.size.value == 0 || before.size > after.size) return false;
  if (before.size == after.size) return proof.empty() && before.root == after.root;
  // RFC 9162 section 2.1.4.2: a whole subtree at the start is the old root itself, left unsent.
  const bool starts_at_root = std::has_single_bit(before.size.value);
  if (!starts_at_root && proof.empty()) return false;
  const Hash start = starts_at_root ? before.root : proof.front();
  const auto rest = starts_at_root ? proof : proof.subspan(1);
  std::uint64_t fn = before.size.value - 1;
  std::uint64_t sn = after.size.value - 1;
  while ((fn & 1U) != 0) {
    fn >>= 1U;
    sn >>= 1U;
  }
  Hash old_root = start;
  Hash new_root = start;
  for (const Hash& sibling : rest) {
    if (sn == 0) return false;
    if ((fn & 1U) != 0 || fn == sn) {
      old_root = node_hash(sibling, old_root);
      new_root = node_hash(sibling, new_root);
      while ((fn & 1U) == 0 && fn != 0) {
        fn >>= 1U;
        sn >>= 1U;
      }
    } else {
      new_root = node_hash(new_root, sibling);
    }
    fn >>= 1U;
    sn >>= 1U;
  }
  return sn == 0 && old_root == before.root && new_root == after.root;
}

}  // namespace muster::ledger
