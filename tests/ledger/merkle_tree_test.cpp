// Proofs from a tree in memory, many at once, and of subtrees, beside those that the recursion of
// RFC 9162 gives.

#include "ledger/merkle_tree.hpp"

#include <algorithm>

#include "ledger/crypto/seeded_random.hpp"
#include "ledger/merkle_batch.hpp"
#include "ledger/merkle_subtree.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::must;

namespace {

MerkleTree tree_of(std::uint64_t count) {
  MerkleTree tree;
  for (std::uint64_t i = 0; i < count; ++i) tree.append(leaf_hash(u64be(i)));
  return tree;
}

std::vector<PlacedLeaf> placed(const MerkleTree& tree, std::span<const LogIndex> indexes) {
  std::vector<PlacedLeaf> leaves;
  for (const LogIndex index : indexes) leaves.push_back({index, tree.node(0, index.value)});
  return leaves;
}

/// The numbers below `size` whose bit is set in `pattern`, which is repeated.
std::vector<LogIndex> chosen(std::uint64_t size, std::uint64_t pattern) {
  std::vector<LogIndex> indexes;
  for (std::uint64_t i = 0; i < size; ++i) {
    if ((pattern >> (i % 64) & 1U) != 0) indexes.push_back({i});
  }
  return indexes;
}

/// Calls `use` for every subtree of a tree of `size` leaves.
template <class Use>
void for_each_subtree(std::uint64_t size, const Use& use) {
  for (std::uint64_t first = 0; first < size; ++first) {
    for (std::uint64_t count = 1; first + count <= size; ++count) {
      if (is_subtree({first, count})) use(LeafRange{first, count});
    }
  }
}

}  // namespace

TEST_CASE("a tree of three leaves has the proofs that one can draw") {
  const MerkleTree tree = tree_of(3);
  const Hash a = tree.node(0, 0);
  const Hash b = tree.node(0, 1);
  const Hash c = tree.node(0, 2);
  const MerkleProver prover(tree, {3});

  CHECK(prover.head().root == node_hash(node_hash(a, b), c));
  CHECK(prover.inclusion({0}) == Proof{b, c});
  CHECK(prover.inclusion({2}) == Proof{node_hash(a, b)});
  CHECK(MerkleProver(tree, {2}).inclusion({0}) == Proof{b});
  CHECK(MerkleProver(tree, {0}).head().root == empty_root());
}

TEST_CASE("every proof to 300 leaves from a tree in memory is that of the recursion") {
  constexpr std::uint64_t most = 300;
  const MerkleTree tree = tree_of(most);
  const SubtreeHash subtree = tree.subtree_hash();
  for (std::uint64_t size = 1; size <= most; ++size) {
    const MerkleProver prover(tree, {size});
    REQUIRE(prover.head().root == must(subtree({0, size})));
    REQUIRE(prover.head().root == tree.range_at({size}).root());
    const auto all = chosen(size, ~std::uint64_t{0});
    const auto together = must(inclusion_proofs(all, {size}, subtree));
    for (std::uint64_t i = 0; i < size; ++i) {
      const Proof proof = must(inclusion_proof({i}, {size}, subtree));
      REQUIRE(prover.inclusion({i}) == proof);
      REQUIRE(together[i] == proof);
      REQUIRE(inclusion_verifies(tree.node(0, i), {i}, prover.head(), proof));
    }
  }
}

TEST_CASE("proofs made together come in the order asked for, and ask for each subtree once") {
  const MerkleTree tree = tree_of(1'000);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> asked;
  const SubtreeHash counted = [&](const LeafRange& range) {
    asked.emplace_back(range.first, range.count);
    return tree.subtree_hash()(range);
  };
  const std::vector<LogIndex> indexes{{999}, {0}, {513}, {512}, {0}};

  const auto proofs = must(inclusion_proofs(indexes, {1'000}, counted));

  for (std::size_t i = 0; i < indexes.size(); ++i) {
    CHECK(proofs[i] == MerkleProver(tree, {1'000}).inclusion(indexes[i]));
  }
  std::ranges::sort(asked);
  CHECK(std::ranges::adjacent_find(asked) == asked.end());
  CHECK(inclusion_proofs({}, {1'000}, counted)->empty());
}

TEST_CASE("a joint proof holds for exactly its leaves, and every mutation of it is refused") {
  const MerkleTree tree = tree_of(40);
  for (std::uint64_t size = 1; size <= 40; ++size) {
    const TreeHead head = MerkleProver(tree, {size}).head();
    for (const std::uint64_t pattern : {0x1UL, 0x8001UL, 0x5555'5555'5555'5555UL, ~0UL}) {
      const auto indexes = chosen(size, pattern);
      const auto leaves = placed(tree, indexes);
      const Proof good = must(joint_inclusion_proof(indexes, {size}, tree.subtree_hash()));
      REQUIRE(joint_inclusion_verifies(leaves, head, good));
      for (std::size_t i = 0; i < leaves.size(); ++i) {
        auto bad = leaves;
        bad[i].leaf.bytes[i % 32] ^= 1U;
        REQUIRE_FALSE(joint_inclusion_verifies(bad, head, good));
        bad = leaves;
        bad[i].index.value += size;
        REQUIRE_FALSE(joint_inclusion_verifies(bad, head, good));
      }
      for (std::size_t i = 0; i < good.size(); ++i) {
        Proof bad = good;
        bad[i].bytes[i % 32] ^= 1U;
        REQUIRE_FALSE(joint_inclusion_verifies(leaves, head, bad));
        bad = good;
        bad.erase(bad.begin() + static_cast<std::ptrdiff_t>(i));
        REQUIRE_FALSE(joint_inclusion_verifies(leaves, head, bad));
      }
      Proof longer = good;
      longer.push_back(head.root);
      REQUIRE_FALSE(joint_inclusion_verifies(leaves, head, longer));
    }
  }
  CHECK_FALSE(joint_inclusion_verifies({}, {{1}, tree.node(0, 0)}, {}));
}

TEST_CASE("a joint proof of neighbours is shorter than their single proofs") {
  const MerkleTree tree = tree_of(1'024);
  const auto indexes = chosen(256, ~std::uint64_t{0});

  const Proof proof = must(joint_inclusion_proof(indexes, {1'024}, tree.subtree_hash()));

  CHECK(proof.size() == 2);  // the next 256 leaves, and the last 512
}

TEST_CASE("what is a subtree: aligned to the least power of two that holds it") {
  CHECK(is_subtree({0, 13}));
  CHECK(is_subtree({4, 3}));
  CHECK(is_subtree({8, 8}));
  CHECK(is_subtree({7, 1}));
  CHECK_FALSE(is_subtree({2, 3}));
  CHECK_FALSE(is_subtree({1, 2}));
  CHECK_FALSE(is_subtree({0, 0}));
  CHECK_FALSE(is_subtree({1, UINT64_MAX}));
  CHECK(is_subtree({0, UINT64_MAX}));
}

TEST_CASE("every subtree of every tree to 40 leaves is proven, and no other hash in its place") {
  const MerkleTree tree = tree_of(40);
  const SubtreeHash subtree = tree.subtree_hash();
  for (std::uint64_t size = 1; size <= 40; ++size) {
    const TreeHead head = MerkleProver(tree, {size}).head();
    for_each_subtree(size, [&](const LeafRange& range) {
      const Hash root = must(subtree(range));
      const Proof proof = must(subtree_proof(range, {size}, subtree));
      REQUIRE(subtree_verifies(range, root, head, proof));
      REQUIRE_FALSE(subtree_verifies(range, node_hash(root, root), head, proof));
      REQUIRE_FALSE(subtree_verifies({range.first + size, range.count}, root, head, proof));
      if (range.first == 0) {
        REQUIRE(proof == must(consistency_proof({range.count}, {size}, subtree)));
      }
      for (std::size_t i = 0; i < proof.size(); ++i) {
        Proof bad = proof;
        bad[i].bytes[i % 32] ^= 1U;
        REQUIRE_FALSE(subtree_verifies(range, root, head, bad));
      }
    });
  }
}

TEST_CASE("random proofs in trees to ten million leaves hold" * doctest::test_suite("slow") *
          doctest::skip()) {
  constexpr std::uint64_t most = 10'000'000;
  const MerkleTree tree = tree_of(most);
  crypto::SeededRandom random("ten million");
  for (int round = 0; round < 2'000; ++round) {
    CAPTURE(round);
    const std::uint64_t size = random.below(most) + 1;
    const std::uint64_t old = random.below(size) + 1;
    const std::uint64_t index = random.below(size);
    const MerkleProver prover(tree, {size});
    const TreeHead before = MerkleProver(tree, {old}).head();
    const Proof inclusion = prover.inclusion({index});
    const Proof growth = must(consistency_proof({old}, {size}, tree.subtree_hash()));

    REQUIRE(inclusion_verifies(tree.node(0, index), {index}, prover.head(), inclusion));
    REQUIRE(inclusion == must(inclusion_proof({index}, {size}, tree.subtree_hash())));
    REQUIRE(consistency_verifies(before, prover.head(), growth));
    const auto height = static_cast<unsigned>(random.below(20));
    const std::uint64_t first = index >> height << height;
    const LeafRange range{first, std::min(std::uint64_t{1} << height, size - first)};
    if (is_subtree(range)) {
      const Hash root = must(tree.subtree_hash()(range));
      const Proof part = must(subtree_proof(range, {size}, tree.subtree_hash()));
      REQUIRE(subtree_verifies(range, root, prover.head(), part));
    }
    REQUIRE_FALSE(inclusion_verifies(tree.node(0, index), {index ^ 1U}, prover.head(), inclusion));
  }
}
