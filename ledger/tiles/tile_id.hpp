#pragma once

#include <string>
#include <string_view>

#include "ledger/base/error.hpp"
#include "ledger/index.hpp"

namespace muster::ledger {

inline constexpr std::uint64_t tile_width = 256;  ///< Hashes of a full tile, entries of a bundle.
inline constexpr unsigned tile_height = 8;        ///< Levels of the tree that a tile spans.
/// Levels of tiles that a tree of 64-bit size can have; paths may name 64.
inline constexpr unsigned tile_levels = 8;

/// Names one file of a tiled log. Source: c2sp.org/tlog-tiles.
struct TileId {
  /// What the file holds.
  enum class Kind {
    hashes,   ///< `width` hashes, each of a complete subtree of 256^level leaves.
    entries,  ///< A bundle of `width` entries; its level is 0.
  };
  Kind kind = Kind::hashes;
  unsigned level = 0;           ///< 0 to 63.
  std::uint64_t number = 0;     ///< From the left, from 0.
  unsigned width = tile_width;  ///< 1 to 255 for a partial tile, 256 for a full one.

  [[nodiscard]] bool is_full() const { return width == tile_width; }
  /// The full tile that this one is the beginning of.
  [[nodiscard]] TileId full() const { return {kind, level, number, tile_width}; }
  friend auto operator<=>(const TileId&, const TileId&) = default;
};

/// `tile/<level>/<number>[.p/<width>]`, or `tile/entries/…`, with the number in groups of three
/// digits: `tile/0/x001/x234/067.p/8`. Requires: level <= 63, 1 <= width <= 256.
[[nodiscard]] std::string tile_path(const TileId& tile);

/// Reads exactly what `tile_path` writes. Errors: `invalid_input`, also for a number above 2^64
/// - 1.
Result<TileId> parse_tile_path(std::string_view path);

/// How many complete subtrees of 256^level leaves a tree of `size` leaves has: the hashes that its
/// tiles of this level hold together.
[[nodiscard]] std::uint64_t hashes_of_level(unsigned level, TreeSize size);

/// How many tiles of this level a tree of `size` leaves has, the partial one included.
[[nodiscard]] std::uint64_t tiles_of_level(unsigned level, TreeSize size);

/// How wide tile `number` of `level` is in a tree of `size` leaves; 0 where there is none.
[[nodiscard]] unsigned width_of_tile(unsigned level, std::uint64_t number, TreeSize size);

}  // namespace muster::ledger
