#include "ledger/tiles/tile_tree.hpp"

#include <algorithm>
#include <numeric>

#include "ledger/base/check.hpp"

namespace muster::ledger {
namespace {

/// One word for a tile: its number at this level is below 2^(56 - 8 * level).
std::uint64_t key_of(unsigned level, std::uint64_t number) {
  return std::uint64_t{level} << 56U | number;
}

/// The range over the hashes of a tile; `nodes` gets all complete subtrees on the way.
template <class Nodes>
CompactRange expanded(std::span<const Hash> hashes, Nodes& nodes) {
  for (std::size_t height = 0; height < nodes.size(); ++height) {
    nodes.at(height).reserve(hashes.size() >> height);
  }
  CompactRange range;
  for (const Hash& hash : hashes) {
    range.append(hash, [&nodes](const Subtree& subtree) {
      nodes.at(subtree.height).push_back(subtree.hash);
    });
  }
  return range;
}

}  // namespace

TileTree::TileTree(const TreeHead& head, HashTiles tiles, std::size_t kept_tiles)
    : head_(head), tiles_(std::move(tiles)), kept_tiles_(kept_tiles), edge_(CompactRange()) {
  MUSTER_CHECK(kept_tiles_ >= tile_levels);
}

Result<TileTree> TileTree::open(const TreeHead& head, HashTiles tiles, std::size_t kept_tiles) {
  TileTree tree(head, std::move(tiles), kept_tiles);
  MUSTER_TRY_ASSIGN(const CompactRange range, tree.read_right_edge());
  tree.edge_ = RightEdge(range);
  if (tree.edge_.root() == head.root) return tree;
  return failure(Errc::corrupt, "tiles of " + std::to_string(head.size.value) +
                                    " leaves: lead to root " + tree.edge_.root().to_hex() +
                                    ", the head says " + head.root.to_hex());
}

/// The complete subtrees of the whole tree, from the partial tile of each level. All hashes of
/// those tiles go into the root, so the root vouches for them.
Result<CompactRange> TileTree::read_right_edge() {
  std::vector<Hash> nodes;
  for (unsigned level = tile_levels; level-- > 0;) {
    const std::uint64_t hashes = hashes_of_level(level, head_.size);
    const auto width = static_cast<unsigned>(hashes % tile_width);
    if (width == 0) continue;
    MUSTER_TRY_ASSIGN(const auto found,
                      tiles_({TileId::Kind::hashes, level, hashes / tile_width, width}));
    MUSTER_CHECK(found.size() == width);
    const CompactRange range = expanded(found, partial_.at(level));
    nodes.insert(nodes.end(), range.nodes().begin(), range.nodes().end());
  }
  return CompactRange::from_nodes(head_.size, std::move(nodes));
}

Result<TileTree::Nodes> TileTree::checked_full_tile(unsigned level, std::uint64_t number) {
  const TileId id{TileId::Kind::hashes, level, number, tile_width};
  MUSTER_TRY_ASSIGN(const auto hashes, tiles_(id));
  MUSTER_CHECK(hashes.size() == tile_width);
  MUSTER_TRY_ASSIGN(const Hash want, node((level + 1) * tile_height, number));
  Nodes nodes;
  const Hash root = expanded(hashes, nodes).root();
  if (root == want) return nodes;
  return failure(Errc::corrupt, tile_path(id) + ": hashes to " + root.to_hex() +
                                    ", the tile above it says " + want.to_hex());
}

Result<const TileTree::Nodes*> TileTree::tile(unsigned level, std::uint64_t number) {
  if (number == hashes_of_level(level, head_.size) / tile_width) return &partial_.at(level);
  const auto place = places_.find(key_of(level, number));
  if (place != places_.end()) {
    kept_.splice(kept_.begin(), kept_, place->second);
    return &kept_.front().nodes;
  }
  MUSTER_TRY_ASSIGN(Nodes nodes, checked_full_tile(level, number));
  if (kept_.size() >= kept_tiles_) {
    places_.erase(kept_.back().key);
    kept_.pop_back();
  }
  kept_.push_front({key_of(level, number), std::move(nodes)});
  places_[kept_.front().key] = kept_.begin();
  return &kept_.front().nodes;
}

Result<Hash> TileTree::node(unsigned height, std::uint64_t position) {
  const unsigned level = height / tile_height;
  const unsigned within = height % tile_height;
  const unsigned per_tile = tile_height - within;  // a tile has 2^per_tile nodes of this height
  MUSTER_TRY_ASSIGN(const Nodes* const nodes, tile(level, position >> per_tile));
  return nodes->at(within).at(position & ((std::uint64_t{1} << per_tile) - 1));
}

Result<Hash> TileTree::leaf(LogIndex index) {
  MUSTER_CHECK(index.value < head_.size.value);
  return node(0, index.value);
}

Result<Proof> TileTree::inclusion(LogIndex index) {
  MUSTER_CHECK(index.value < head_.size.value);
  Proof proof;
  proof.reserve(static_cast<std::size_t>(std::bit_width(head_.size.value)));
  std::optional<Error> problem;
  for_each_sibling(index, head_.size, [&](const Sibling& sibling) {
    if (problem) return;
    if (sibling.ragged) {
      proof.push_back(edge_.hash(sibling.height));
    } else if (auto found = node(sibling.height, sibling.position)) {
      proof.push_back(*found);
    } else {
      problem = std::move(found).error();
    }
  });
  if (problem) return failure(std::move(*problem));
  return proof;
}

Result<std::vector<Proof>> TileTree::inclusions(std::span<const LogIndex> indexes) {
  std::vector<std::size_t> order(indexes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return indexes[i]; });
  std::vector<Proof> proofs(indexes.size());
  for (const std::size_t i : order) {
    MUSTER_TRY_ASSIGN(proofs[i], inclusion(indexes[i]));
  }
  return proofs;
}

Result<Hash> TileTree::subtree(const LeafRange& range) {
  MUSTER_CHECK(range.first + range.count <= head_.size.value);
  return subtree_from_nodes(
      range, [this](unsigned height, std::uint64_t position) { return node(height, position); });
}

SubtreeHash TileTree::subtree_hash() {
  return [this](const LeafRange& range) { return subtree(range); };
}

}  // namespace muster::ledger
