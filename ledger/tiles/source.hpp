#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>

#include "ledger/base/bytes.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/store.hpp"
#include "ledger/tiles/tile_id.hpp"

namespace muster::ledger {

/// One file that a source lists.
struct ListedFile {
  std::string path;  ///< From the log's folder, with slashes.
  bool is_plain;     ///< A regular file. Links, pipes and the like are listed, never opened.
};

/// Where the files of a tiled log come from: a folder, or memory.
struct TileSource {
  /// The whole file at `path`, from any thread.
  /// Errors: `not_found`; `invalid_input` for what is no regular file, or with rule `file.too_long`
  /// for one longer than `limit`; `unavailable`.
  std::function<Result<Bytes>(std::string_view path, std::size_t limit)> read;
  /// Shows every file once, in no particular order. Errors: `unavailable`.
  std::function<Result<void>(const std::function<void(const ListedFile&)>& use)> list;
};

/// A folder as a web server would serve it. Nobody is trusted to have put only files there.
[[nodiscard]] TileSource folder_source(const std::filesystem::path& folder);

using FileMap = std::map<std::string, Bytes, std::less<>>;

/// Files in memory, for tests and small logs. Borrows the map.
[[nodiscard]] TileSource memory_source(const FileMap& files);

/// The bytes of one tile or bundle. Where a partial one is missing, the beginning of the full one
/// stands for it: a log may drop partial tiles then.
struct TileBytes {
  TileId tile;  ///< Which file was read: the one asked for, or the full one.
  Bytes bytes;
};

/// Errors: those of the source; `not_found` if neither is there.
Result<TileBytes> read_tile(const TileSource& source, const TileId& tile);

/// Gives the hashes of one hash tile, exactly `tile.width` of them. Not thread-safe unless the
/// maker says so. Errors: `not_found`, `corrupt`, and those of what lies below.
using HashTiles = std::function<Result<std::vector<Hash>>(const TileId& tile)>;

/// Hash tiles from files. Thread-safe. Errors: `corrupt` with rule `tile.length`.
[[nodiscard]] HashTiles hash_tiles_of(TileSource source);

/// Hash tiles from the subtree hashes that a store keeps. Borrows the store.
[[nodiscard]] HashTiles hash_tiles_of(Store& store);

}  // namespace muster::ledger
