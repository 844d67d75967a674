#pragma once

#include "ledger/tiles/verify_faults.hpp"

namespace muster::ledger {

/// What of a piece's entries the pieces beside it must fit to.
struct PieceChain {
  std::optional<Hash> first_previous;  ///< What its first entry says of the one before.
  std::optional<Timestamp> earliest;   ///< When its first readable entry was accepted.
  std::optional<Timestamp> latest;     ///< The latest time in it.
};

/// One bundle with the tile of its leaf hashes: the unit of work, for any thread. Part of
/// verify.cpp.
struct Piece {
  TileId tile;               ///< The hash tile, of level 0.
  bool known = false;        ///< Whether the leaf hashes are: from the entries, or else the tile.
  Hash root;                 ///< Over all 256 leaves of a full piece, if known.
  std::vector<Hash> leaves;  ///< Of a partial piece, if known.
  Hash last_leaf;            ///< If known.
  PieceChain chain;
  bool tile_read = false;
  std::uint64_t entries = 0;  ///< Hashed.
  std::vector<TileFault> faults;
};

/// How the entries of a piece are looked at.
struct PieceRules {
  bool hashes_only;
  EntryForm form;
  const std::function<std::vector<Hash>(const Entry&)>* named_blobs;  ///< May be empty.
  std::span<const Hash> blobs;                                        ///< Those there are, sorted.
  std::size_t max_faults;
};

/// Looks at the piece with this hash tile. Thread-safe.
[[nodiscard]] Piece examined_piece(const TileSource& source, const TileId& tile,
                                   const PieceRules& rules);

}  // namespace muster::ledger
