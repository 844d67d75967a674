#include "ledger/tiles/tile_mirror.hpp"

#include <algorithm>

#include "ledger/tiles/blob_path.hpp"
#include "ledger/tiles/bundle.hpp"

namespace muster::ledger {
namespace {

/// Widths of the partial bundles that are there, by their number.
using PartialBundles = std::multimap<std::uint64_t, unsigned>;

Result<PartialBundles> partial_bundles(const TileSource& source) {
  PartialBundles widths;
  MUSTER_TRY(source.list([&](const ListedFile& file) {
    const auto tile = parse_tile_path(file.path);
    const bool is_bundle = tile && tile->kind == TileId::Kind::entries;
    if (is_bundle && !tile->is_full()) widths.emplace(tile->number, tile->width);
  }));
  return widths;
}

/// The entries that stand whole at the beginning of a bundle, at most `count`.
std::vector<Bytes> leading_entries(ByteView bytes, std::size_t count) {
  std::vector<Bytes> entries;
  while (entries.size() < count && bytes.size() >= 2) {
    const std::size_t length = std::size_t{bytes[0]} << 8U | bytes[1];
    bytes = bytes.subspan(2);
    if (bytes.size() < length) break;
    entries.push_back(to_bytes(bytes.first(length)));
    bytes = bytes.subspan(length);
  }
  return entries;
}

class TileMirror final {
 public:
  TileMirror(TileSource source, PartialBundles partial)
      : source_(std::move(source)), partial_(std::move(partial)) {}

  [[nodiscard]] Result<std::vector<Bytes>> read(LogIndex first, std::size_t count) const {
    std::vector<Bytes> entries;
    for (std::uint64_t index = first.value; entries.size() < count;
         index = first.value + entries.size()) {
      auto bundle = bundle_of(index / tile_width);
      const std::size_t skipped = index % tile_width;
      if (bundle.size() <= skipped) break;
      const std::size_t taken = std::min(bundle.size() - skipped, count - entries.size());
      const auto begin = bundle.begin() + static_cast<std::ptrdiff_t>(skipped);
      std::move(begin, begin + static_cast<std::ptrdiff_t>(taken), std::back_inserter(entries));
      if (skipped + taken < tile_width) break;
    }
    return entries;
  }

  [[nodiscard]] Result<Bytes> blob(const Hash& sha256) const {
    return source_.read(blob_path(sha256), max_blob_bytes);
  }

 private:
  /// As many entries of a bundle as any of its files has, beginning with the full one.
  [[nodiscard]] std::vector<Bytes> bundle_of(std::uint64_t number) const {
    std::vector<Bytes> best = file_of(number, tile_width);
    if (best.size() == tile_width) return best;
    const auto [begin, end] = partial_.equal_range(number);
    for (auto place = begin; place != end; ++place) {
      if (place->second <= best.size()) continue;
      auto entries = file_of(number, place->second);
      if (entries.size() > best.size()) best = std::move(entries);
    }
    return best;
  }

  /// None where the file is not there or cannot be read: another may have them.
  [[nodiscard]] std::vector<Bytes> file_of(std::uint64_t number, unsigned width) const {
    const TileId tile{TileId::Kind::entries, 0, number, width};
    const auto bytes = source_.read(tile_path(tile), max_bundle_bytes);
    return bytes ? leading_entries(*bytes, width) : std::vector<Bytes>();
  }

  TileSource source_;
  PartialBundles partial_;
};

}  // namespace

Result<EntryMirror> mirror_of_tiles(TileSource source) {
  MUSTER_TRY_ASSIGN(PartialBundles partial, partial_bundles(source));
  TileMirror mirror(std::move(source), std::move(partial));
  // Two copies of a few strings: each function has its own.
  return EntryMirror{
      [mirror](LogIndex first, std::size_t count) { return mirror.read(first, count); },
      [mirror](const Hash& sha256) { return mirror.blob(sha256); }};
}

}  // namespace muster::ledger
