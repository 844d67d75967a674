#pragma once

#include <array>

#include "ledger/tiles/verify_faults.hpp"

namespace muster::ledger {

/// Builds the tree above the tiles of leaf hashes, from left to right, and compares the stored
/// tiles of the upper levels with it. Where a subtree is not known, since its data is missing, the
/// stored hash stands for it. Keeps at most 256 hashes a level. Part of verify.cpp.
class LevelCheck final {
 public:
  LevelCheck(const TileSource& source, TreeSize size, TileFaults& faults)
      : source_(&source), size_(size), faults_(&faults) {}

  /// The next full tile of leaf hashes: its root, if known.
  void add(const std::optional<Hash>& root) { add(1, root); }

  /// All full tiles are added: checks the partial ones, and gives the tree's root if it follows.
  /// `leaves` are those of the last, partial tile; `last_known` says whether they are known.
  std::optional<Hash> finish(std::span<const Hash> leaves, bool last_known);

  /// Stored tiles that were compared.
  [[nodiscard]] std::uint64_t tiles() const { return tiles_; }

 private:
  using Known = std::vector<std::optional<Hash>>;
  struct Level {
    std::uint64_t number = 0;  // of the tile that is being filled
    Known hashes;
  };

  void add(unsigned level, const std::optional<Hash>& hash);
  void check(unsigned level);

  const TileSource* source_;
  TreeSize size_;
  TileFaults* faults_;
  std::array<Level, tile_levels> levels_;
  std::uint64_t tiles_ = 0;
};

}  // namespace muster::ledger
