#include "ledger/merkle_batch.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <optional>

#include "ledger/base/check.hpp"

namespace muster::ledger {
namespace {

/// A subtree's two halves, as RFC 9162 cuts it. Requires: count > 1.
struct Halves {
  LeafRange left;
  LeafRange right;
};

Halves halves_of(const LeafRange& range) {
  const std::uint64_t split = std::bit_floor(range.count - 1);
  return {{range.first, split}, {range.first + split, range.count - split}};
}

/// A leaf that is wanted, and where its proof goes.
struct Wanted {
  std::uint64_t index;
  Proof* proof;
};

/// Fills the proofs of `wanted`, all of which lie in `here`, and gives the hash of `here`.
Result<Hash> prove_within(const LeafRange& here, std::span<const Wanted> wanted,
                          const SubtreeHash& subtree) {
  if (wanted.empty() || here.count == 1) return subtree(here);
  const Halves halves = halves_of(here);
  const auto middle = std::ranges::lower_bound(wanted, halves.right.first, {}, &Wanted::index);
  const auto in_left = std::span(wanted.begin(), middle);
  const auto in_right = std::span(middle, wanted.end());
  MUSTER_TRY_ASSIGN(const Hash left, prove_within(halves.left, in_left, subtree));
  MUSTER_TRY_ASSIGN(const Hash right, prove_within(halves.right, in_right, subtree));
  for (const Wanted& one : in_left) one.proof->push_back(right);
  for (const Wanted& one : in_right) one.proof->push_back(left);
  return node_hash(left, right);
}

/// Appends to `proof` the subtrees of `here` that hold none of `indexes`.
Result<void> prove_jointly(const LeafRange& here, std::span<const LogIndex> indexes,
                           const SubtreeHash& subtree, Proof& proof) {
  if (indexes.empty()) {
    MUSTER_TRY_ASSIGN(const Hash hash, subtree(here));
    proof.push_back(hash);
    return {};
  }
  if (here.count == 1) return {};
  const Halves halves = halves_of(here);
  const auto middle = std::ranges::lower_bound(indexes, LogIndex{halves.right.first});
  MUSTER_TRY(prove_jointly(halves.left, {indexes.begin(), middle}, subtree, proof));
  return prove_jointly(halves.right, {middle, indexes.end()}, subtree, proof);
}

/// The hash of `here` by its known leaves and the next hashes of `proof`; nothing if those end.
std::optional<Hash> judge_jointly(const LeafRange& here, std::span<const PlacedLeaf> leaves,
                                  std::span<const Hash>& proof) {
  if (leaves.empty()) {
    if (proof.empty()) return std::nullopt;
    const Hash hash = proof.front();
    proof = proof.subspan(1);
    return hash;
  }
  if (here.count == 1) return leaves.front().leaf;
  const Halves halves = halves_of(here);
  const auto middle =
      std::ranges::lower_bound(leaves, LogIndex{halves.right.first}, {}, &PlacedLeaf::index);
  const auto left = judge_jointly(halves.left, {leaves.begin(), middle}, proof);
  if (!left) return std::nullopt;
  const auto right = judge_jointly(halves.right, {middle, leaves.end()}, proof);
  if (!right) return std::nullopt;
  return node_hash(*left, *right);
}

}  // namespace

Result<std::vector<Proof>> inclusion_proofs(std::span<const LogIndex> indexes, TreeSize size,
                                            const SubtreeHash& subtree) {
  std::vector<Proof> proofs(indexes.size());
  std::vector<Wanted> wanted;
  wanted.reserve(indexes.size());
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    MUSTER_CHECK(indexes[i].value < size.value);
    proofs[i].reserve(static_cast<std::size_t>(std::bit_width(size.value)));
    wanted.push_back({indexes[i].value, &proofs[i]});
  }
  if (wanted.empty()) return proofs;
  std::ranges::sort(wanted, {}, &Wanted::index);
  MUSTER_TRY(prove_within({0, size.value}, wanted, subtree));
  return proofs;
}

Result<Proof> joint_inclusion_proof(std::span<const LogIndex> indexes, TreeSize size,
                                    const SubtreeHash& subtree) {
  MUSTER_CHECK(!indexes.empty() && indexes.back().value < size.value);
  MUSTER_CHECK(std::ranges::adjacent_find(indexes, std::greater_equal<>()) == indexes.end());
  Proof proof;
  MUSTER_TRY(prove_jointly({0, size.value}, indexes, subtree, proof));
  return proof;
}

bool joint_inclusion_verifies(std::span<const PlacedLeaf> leaves, const TreeHead& head,
                              std::span<const Hash> proof) {
  if (leaves.empty() || leaves.back().index.value >= head.size.value) return false;
  const auto unordered =
      std::ranges::adjacent_find(leaves, std::greater_equal<>(), &PlacedLeaf::index);
  if (unordered != leaves.end()) return false;
  const auto root = judge_jointly({0, head.size.value}, leaves, proof);
  return root && proof.empty() && *root == head.root;
}

}  // namespace muster::ledger
