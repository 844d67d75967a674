#pragma once

#include <list>
#include <unordered_map>

#include "ledger/merkle_nodes.hpp"
#include "ledger/tiles/source.hpp"

namespace muster::ledger {

/// A tree of one head, read from hash tiles: proofs without the log. It believes no tile: each one
/// must hash to what the tile above it says, and the topmost ones to the root. So what it gives is
/// part of the tree with that head, whoever served the tiles.
///
/// It keeps the tiles it used last, with their inner nodes. Not thread-safe.
class TileTree final {
 public:
  static constexpr std::size_t default_kept_tiles = 4'096;  ///< 64 MiB: the last million leaves.

  /// Reads the partial tiles of the tree's right edge, one a level.
  /// Requires: kept_tiles >= 8, one a level. Errors: those of `tiles`; `corrupt` if they do not
  /// lead to the head's root.
  static Result<TileTree> open(const TreeHead& head, HashTiles tiles,
                               std::size_t kept_tiles = default_kept_tiles);

  [[nodiscard]] const TreeHead& head() const { return head_; }

  /// The leaf hash at `index`. Requires: index < size. Errors: as `inclusion`.
  Result<Hash> leaf(LogIndex index);

  /// Requires: index < size. Errors: those of the tiles; `corrupt` for a tile that is not part of
  /// the tree. Cost: a tile a level, or none that is kept; 255 hashes for each tile that is read.
  Result<Proof> inclusion(LogIndex index);
  /// The same for many, in the order of `indexes`; each tile is read once, however few are kept.
  Result<std::vector<Proof>> inclusions(std::span<const LogIndex> indexes);

  /// Any subtree within the tree. Requires: range.first + range.count <= size.
  Result<Hash> subtree(const LeafRange& range);
  /// `subtree` for the makers of other proofs, at any smaller size too. Borrows this object.
  [[nodiscard]] SubtreeHash subtree_hash();

 private:
  /// A tile's complete subtrees of all heights: [0] the tile's own hashes, [8] its root.
  using Nodes = std::array<std::vector<Hash>, tile_height + 1>;
  struct Kept {
    std::uint64_t key;
    Nodes nodes;
  };

  TileTree(const TreeHead& head, HashTiles tiles, std::size_t kept_tiles);
  Result<CompactRange> read_right_edge();
  Result<Hash> node(unsigned height, std::uint64_t position);
  Result<const Nodes*> tile(unsigned level, std::uint64_t number);
  Result<Nodes> checked_full_tile(unsigned level, std::uint64_t number);

  TreeHead head_;
  HashTiles tiles_;
  std::size_t kept_tiles_;
  RightEdge edge_;
  std::array<Nodes, tile_levels> partial_;  // of each level, vouched for by the root
  std::list<Kept> kept_;                    // full tiles, the one used last in front
  std::unordered_map<std::uint64_t, std::list<Kept>::iterator> places_;
};

}  // namespace muster::ledger
