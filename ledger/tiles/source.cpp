#include "ledger/tiles/source.hpp"

#include <system_error>

#include "ledger/base/check.hpp"
#include "ledger/base/file.hpp"
#include "ledger/tiles/bundle.hpp"

namespace muster::ledger {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> too_long_file(std::string_view path, std::uint64_t size, std::size_t limit) {
  return tl::unexpected<Error>(Error{Errc::invalid_input,
                                     "reading " + std::string(path) + ": got " +
                                         std::to_string(size) + " bytes, want at most " +
                                         std::to_string(limit),
                                     std::string(file_too_long)});
}

Result<void> list_folder(const fs::path& folder,
                         const std::function<void(const ListedFile&)>& use) {
  std::error_code problem;
  fs::recursive_directory_iterator place(folder, problem);
  for (; !problem && place != fs::end(place); place.increment(problem)) {
    const fs::file_status status = place->symlink_status(problem);
    if (problem) break;
    if (fs::is_directory(status)) continue;
    use({place->path().lexically_relative(folder).generic_string(), fs::is_regular_file(status)});
  }
  if (!problem) return {};
  return failure(Errc::unavailable, "listing " + folder.string() + ": " + problem.message());
}

std::size_t limit_of(const TileId& tile) {
  return tile.kind == TileId::Kind::entries ? max_bundle_bytes : tile_width * Hash::size_bytes;
}

}  // namespace

TileSource folder_source(const fs::path& folder) {
  TileSource source;
  source.read = [folder](std::string_view path, std::size_t limit) {
    return read_regular_file(folder / path, limit);
  };
  source.list = [folder](const std::function<void(const ListedFile&)>& use) {
    return list_folder(folder, use);
  };
  return source;
}

TileSource memory_source(const FileMap& files) {
  TileSource source;
  source.read = [&files](std::string_view path, std::size_t limit) -> Result<Bytes> {
    const auto found = files.find(path);
    if (found == files.end()) return failure(Errc::not_found, "no file " + std::string(path));
    if (found->second.size() <= limit) return found->second;
    return too_long_file(path, found->second.size(), limit);
  };
  source.list = [&files](const std::function<void(const ListedFile&)>& use) -> Result<void> {
    for (const auto& [path, bytes] : files) use({path, true});
    return {};
  };
  return source;
}

Result<TileBytes> read_tile(const TileSource& source, const TileId& tile) {
  auto bytes = source.read(tile_path(tile), limit_of(tile));
  if (bytes) return TileBytes{tile, std::move(*bytes)};
  if (tile.is_full() || bytes.error().code != Errc::not_found) {
    return failure(std::move(bytes).error());
  }
  auto whole = source.read(tile_path(tile.full()), limit_of(tile));
  if (whole) return TileBytes{tile.full(), std::move(*whole)};
  const bool is_missing = whole.error().code == Errc::not_found;
  return failure(is_missing ? std::move(bytes).error() : std::move(whole).error());
}

HashTiles hash_tiles_of(TileSource source) {
  return [source = std::move(source)](const TileId& tile) -> Result<std::vector<Hash>> {
    MUSTER_TRY_ASSIGN(const TileBytes found, read_tile(source, tile));
    auto hashes = split_hashes(found.bytes, found.tile.width);
    if (!hashes) return failure(std::move(hashes).error().during(tile_path(found.tile)));
    hashes->resize(tile.width);
    return hashes;
  };
}

HashTiles hash_tiles_of(Store& store) {
  return [&store](const TileId& tile) -> Result<std::vector<Hash>> {
    MUSTER_CHECK(tile.kind == TileId::Kind::hashes);
    const std::uint64_t first = tile.number * tile_width;
    auto hashes = tile.level == 0 ? store.leaf_hashes({first}, tile.width)
                                  : store.subtree_hashes(tile.level, first, tile.width);
    if (hashes && hashes->size() != tile.width) {
      return failure(Errc::corrupt, tile_path(tile) + ": the log has " +
                                        std::to_string(hashes->size()) + " of its hashes");
    }
    return hashes;
  };
}

}  // namespace muster::ledger
