#include "ledger/merkle.hpp"

#include <map>

#include "ledger/base/base64.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::must;

namespace {

std::vector<Hash> leaves_of(std::size_t count) {
  std::vector<Hash> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(leaf_hash(u64be(i)));
  return leaves;
}

/// MTH by the recursion as RFC 9162 section 2.1.1 writes it.
Hash tree_hash(std::span<const Hash> leaves) {
  if (leaves.empty()) return crypto::sha256(ByteView());
  if (leaves.size() == 1) return leaves[0];
  std::size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  return node_hash(tree_hash(leaves.first(split)), tree_hash(leaves.subspan(split)));
}

}  // namespace

TEST_CASE("leaf, node and empty hashes of RFC 9162 by their definition") {
  const Hash a = leaf_hash(as_bytes("a"));
  const Hash b = leaf_hash(as_bytes("b"));

  CHECK(a == crypto::sha256(std::string_view("\0a", 2)));
  CHECK(node_hash(a, b) ==
        crypto::sha256({as_bytes(std::string_view("\1", 1)), a.view(), b.view()}));
  CHECK(empty_root().to_hex() ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("every tree to 300 leaves: compact range, inclusion and consistency") {
  constexpr std::size_t most = 300;
  const auto leaves = leaves_of(most);
  std::vector<Hash> roots;
  CompactRange range;
  roots.push_back(range.root());
  for (const Hash& leaf : leaves) {
    range.append(leaf);
    roots.push_back(range.root());
  }

  // All trees share their leaves, so a subtree has one hash in all of them.
  std::map<std::pair<std::uint64_t, std::uint64_t>, Hash> known;
  const auto subtree = [&](const LeafRange& part) -> Result<Hash> {
    const auto [place, is_new] = known.try_emplace({part.first, part.count});
    if (is_new) place->second = tree_hash(std::span(leaves).subspan(part.first, part.count));
    return place->second;
  };
  for (std::size_t size = 1; size <= most; ++size) {
    const auto tree = std::span(leaves).first(size);
    REQUIRE(roots[size] == tree_hash(tree));
    const TreeHead head{{size}, roots[size]};
    for (std::size_t i = 0; i < size; ++i) {
      const Proof proof = must(inclusion_proof({i}, {size}, subtree));
      REQUIRE(inclusion_verifies(leaves[i], {i}, head, proof));
      REQUIRE_FALSE(inclusion_verifies(leaves[(i + 1) % most], {i}, head, proof));
    }
    for (std::size_t old = 1; old <= size; ++old) {
      const Proof proof = must(consistency_proof({old}, {size}, subtree));
      REQUIRE(consistency_verifies({{old}, roots[old]}, head, proof));
      REQUIRE_FALSE(consistency_verifies({{old}, roots[old - 1]}, head, proof));
    }
  }
}

TEST_CASE("every mutation of every proof to 20 leaves is refused") {
  const auto leaves = leaves_of(20);
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    const auto tree = std::span(leaves).first(size);
    const TreeHead head{{size}, root_hash(tree)};
    for (std::size_t i = 0; i < size; ++i) {
      const Proof good = must(inclusion_proof({i}, {size}, subtree_hash_of(tree)));
      for (std::size_t at = 0; at < good.size(); ++at) {
        Proof bad = good;
        bad[at].bytes[at % 32] ^= 1U;
        REQUIRE_FALSE(inclusion_verifies(leaves[i], {i}, head, bad));
        bad = good;
        bad.erase(bad.begin() + static_cast<std::ptrdiff_t>(at));
        REQUIRE_FALSE(inclusion_verifies(leaves[i], {i}, head, bad));
      }
      Proof longer = good;
      longer.push_back(head.root);
      REQUIRE_FALSE(inclusion_verifies(leaves[i], {i}, head, longer));
      REQUIRE_FALSE(inclusion_verifies(leaves[i], {i + size}, head, good));
      for (std::size_t other = 0; other < size; ++other) {
        if (other != i) REQUIRE_FALSE(inclusion_verifies(leaves[i], {other}, head, good));
      }
    }
    for (std::size_t old = 1; old < size; ++old) {
      const TreeHead before{{old}, root_hash(tree.first(old))};
      const Proof good = must(consistency_proof({old}, {size}, subtree_hash_of(tree)));
      REQUIRE(consistency_verifies(before, head, good));
      for (std::size_t at = 0; at < good.size(); ++at) {
        Proof bad = good;
        bad[at].bytes[at % 32] ^= 1U;
        REQUIRE_FALSE(consistency_verifies(before, head, bad));
        bad = good;
        bad.erase(bad.begin() + static_cast<std::ptrdiff_t>(at));
        REQUIRE_FALSE(consistency_verifies(before, head, bad));
      }
      REQUIRE_FALSE(consistency_verifies(head, before, good));
    }
  }
}

TEST_CASE("a compact range is taken back from its nodes, and from no other number of them") {
  CompactRange range;
  for (const Hash& leaf : leaves_of(13)) range.append(leaf);
  std::vector<Hash> nodes(range.nodes().begin(), range.nodes().end());

  CHECK(must(CompactRange::from_nodes({13}, nodes)) == range);
  nodes.pop_back();
  CHECK_FALSE(CompactRange::from_nodes({13}, nodes));
}

TEST_CASE("a million leaves have the root on which four other implementations agree") {
  const auto vector = must(parse_json(must(read_text_file(
      std::string(muster::test::source_root) + "/tests/vectors/ledger/million_leaves.json"))));
  CompactRange range;
  for (std::uint64_t i = 0; i < 1'000'000; ++i) {
    Bytes leaf;
    for (std::uint64_t k = 0; k < 304; k += 8) {
      const std::uint64_t word = (i + 1) * 0x9E3779B97F4A7C15U + k * 0x100000001B3U;
      for (unsigned byte = 0; byte < 8; ++byte) {
        leaf.push_back(static_cast<std::uint8_t>(word >> (8 * byte)));
      }
    }
    leaf.resize(300);
    range.append(leaf_hash(leaf));
  }

  CHECK(to_base64(range.root().view()) == vector.at("root_base64").get<std::string>());
}

// The constant was computed with Python's hashlib by a second program.
TEST_CASE("the accumulated hash over the roots of 100,000 trees is one constant") {
  CompactRange range;
  crypto::Sha256 accumulated;
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    range.append(leaf_hash(u64be(i)));
    accumulated.update(range.root().view());
  }

  CHECK(accumulated.finish().to_hex() ==
        "e6d2f5a1f19a93acb24e37188c916b7048916955be5e639da789ee03218fcc9d");
}
