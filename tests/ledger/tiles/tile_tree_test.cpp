#include "ledger/tiles/tile_tree.hpp"

#include <algorithm>

#include "ledger/crypto/seeded_random.hpp"
#include "ledger/merkle_tree.hpp"
#include "ledger/store/memory_store.hpp"
#include "tests/ledger/tiles/sample_log.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using namespace muster::test;

namespace {

MerkleTree tree_over(std::span<const Bytes> entries) {
  MerkleTree tree;
  for (const Bytes& entry : entries) tree.append(leaf_hash(entry));
  return tree;
}

/// Every inclusion proof, and the consistency proofs from every `step`-th size.
void check_all_proofs(TileTree& tiles, const MerkleTree& tree, std::uint64_t step) {
  const TreeSize size = tiles.head().size;
  const MerkleProver prover(tree, size);
  for (std::uint64_t i = 0; i < size.value; ++i) {
    REQUIRE(must(tiles.inclusion({i})) == prover.inclusion({i}));
    REQUIRE(must(tiles.leaf({i})) == tree.node(0, i));
  }
  for (std::uint64_t old = 1; old <= size.value; old += step) {
    const Proof proof = must(consistency_proof({old}, size, tiles.subtree_hash()));
    REQUIRE(proof == must(consistency_proof({old}, size, tree.subtree_hash())));
    REQUIRE(must(tiles.subtree({0, old})) == tree.range_at({old}).root());
  }
}

}  // namespace

TEST_CASE("proofs from tiles are those of the tree, for every tree to 300 leaves") {
  const auto entries = opaque_entries(300);
  const MerkleTree tree = tree_over(entries);
  for (std::size_t size = 0; size <= 300; ++size) {
    const FileMap files = tiled_log(std::span(entries).first(size));
    const TreeHead head = MerkleProver(tree, {size}).head();
    TileTree tiles = must(TileTree::open(head, hash_tiles_of(memory_source(files))));
    check_all_proofs(tiles, tree, 1);
  }
}

TEST_CASE("proofs from tiles hold around the edges of tiles of the second level") {
  const auto entries = opaque_entries(65'536 + 300);
  const MerkleTree tree = tree_over(entries);
  for (const std::uint64_t size : {65'535UL, 65'536UL, 65'537UL, 65'792UL, 65'836UL}) {
    const FileMap files = tiled_log(std::span(entries).first(size));
    TileTree tiles = must(
        TileTree::open(MerkleProver(tree, {size}).head(), hash_tiles_of(memory_source(files)), 8));
    crypto::SeededRandom random("edges");
    std::vector<LogIndex> indexes{{0}, {255}, {256}, {65'279}, {65'280}, {size - 1}};
    for (int i = 0; i < 200; ++i) indexes.push_back({random.below(size)});
    const auto proofs = must(tiles.inclusions(indexes));
    for (std::size_t i = 0; i < indexes.size(); ++i) {
      REQUIRE(proofs[i] == MerkleProver(tree, {size}).inclusion(indexes[i]));
      REQUIRE(must(tiles.inclusion(indexes[i])) == proofs[i]);
    }
    for (const std::uint64_t old : {1UL, 256UL, 257UL, 65'280UL, 65'535UL, size}) {
      const Proof proof = must(consistency_proof({old}, {size}, tiles.subtree_hash()));
      REQUIRE(consistency_verifies(MerkleProver(tree, {old}).head(), tiles.head(), proof));
    }
  }
}

TEST_CASE("a store's own hashes serve as tiles") {
  const auto entries = opaque_entries(700);
  std::vector<Bytes> stored;
  for (const Bytes& entry : entries) stored.push_back(entry.empty() ? Bytes{1} : entry);
  MemoryStore store;
  must(store.append({0}, stored, {}));
  const MerkleTree tree = tree_over(stored);

  TileTree tiles = must(TileTree::open(must(store.head()), hash_tiles_of(store)));

  check_all_proofs(tiles, tree, 50);
}

TEST_CASE("a batch reads each tile once, however few are kept") {
  const auto entries = opaque_entries(256 * 20);
  const FileMap files = tiled_log(entries);
  std::size_t reads = 0;
  const HashTiles counted = [&, tiles = hash_tiles_of(memory_source(files))](const TileId& tile) {
    ++reads;
    return tiles(tile);
  };
  TileTree tiles = must(TileTree::open({{entries.size()}, root_of(entries)}, counted, 8));
  std::vector<LogIndex> shuffled;
  for (std::uint64_t i = 0; i < entries.size(); ++i) shuffled.push_back({i * 999 % entries.size()});
  reads = 0;

  REQUIRE(tiles.inclusions(shuffled));

  CHECK(reads == 20);
}

TEST_CASE("a partial tile that was dropped is read from the full one") {
  const auto entries = opaque_entries(300);
  FileMap files = tiled_log(entries);
  const FileMap shorter = tiled_log(std::span(entries).first(100));
  REQUIRE(files.contains("tile/0/000"));

  TileTree tiles = must(TileTree::open({{100}, root_of(std::span(entries).first(100))},
                                       hash_tiles_of(memory_source(files))));

  check_all_proofs(tiles, tree_over(entries), 10);
  CHECK(shorter.contains("tile/0/000.p/100"));
}

TEST_CASE("a tile with any changed hash gives no proof, but an error that names it") {
  const auto entries = opaque_entries(256 * 3 + 5);
  const FileMap good = tiled_log(entries);
  const TreeHead head{{entries.size()}, root_of(entries)};
  for (const auto& file : good) {
    const std::string& path = file.first;
    const Bytes& bytes = file.second;
    if (!path.starts_with("tile/") || path.starts_with("tile/entries")) continue;
    CAPTURE(path);
    for (std::size_t at = 0; at < bytes.size(); at += 31) {
      FileMap bad = good;
      bad[path][at] ^= 1U;
      auto tiles = TileTree::open(head, hash_tiles_of(memory_source(bad)));
      if (!tiles) continue;  // a partial tile: the root does not follow
      REQUIRE(path.find(".p/") == std::string::npos);
      const std::uint64_t first = std::stoull(path.substr(path.rfind('/') + 1)) * 256;
      const auto proof = tiles->inclusion({first + 7});
      REQUIRE_FALSE(proof);
      REQUIRE(proof.error().message.find(path) != std::string::npos);
      REQUIRE(tiles->inclusion({first == 0 ? 300U : 0U}));
    }
  }
}

TEST_CASE("tiles that are missing or too short are errors that name them") {
  const auto entries = opaque_entries(600);
  FileMap files = tiled_log(entries);
  const TreeHead head{{600}, root_of(entries)};
  files["tile/0/000"].pop_back();
  TileTree tiles = must(TileTree::open(head, hash_tiles_of(memory_source(files))));

  CHECK(must_fail(tiles.inclusion({3})).starts_with("tile/0/000: tile: got 8191 bytes"));
  files.erase("tile/0/000");
  CHECK(must_fail(tiles.inclusion({3})) == "no file tile/0/000");
  CHECK(must(tiles.inclusion({300})).size() == 10);
  files.erase("tile/1/000.p/2");
  CHECK_FALSE(TileTree::open(head, hash_tiles_of(memory_source(files))));
}
