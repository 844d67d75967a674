#include "ledger/tiles/tile_mirror.hpp"

#include <algorithm>
#include <optional>
#include <span>

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

/// The entries of one bundle, as far as any of its files has them.
using BundleEntries = std::vector<std::optional<Bytes>>;

bool is_entry_at(ByteView bytes, std::uint64_t index) {
  const auto entry = parse_entry(bytes);
  return entry && entry->index.value == index;
}

class TileMirror final {
 public:
  TileMirror(TileSource source, PartialBundles partial)
      : source_(std::move(source)), partial_(std::move(partial)) {}

  [[nodiscard]] Result<std::vector<Bytes>> read(LogIndex first, std::size_t count) const {
    std::vector<Bytes> entries;
    while (entries.size() < count) {
      const std::uint64_t index = first.value + entries.size();
      BundleEntries bundle = bundle_of(index / tile_width);
      for (std::size_t at = index % tile_width; at < tile_width && entries.size() < count; ++at) {
        if (!bundle[at]) return entries;
        entries.push_back(std::move(*bundle[at]));
      }
    }
    return entries;
  }

  [[nodiscard]] Result<Bytes> blob(const Hash& sha256) const {
    return source_.read(blob_path(sha256), max_blob_bytes);
  }

 private:
  [[nodiscard]] BundleEntries bundle_of(std::uint64_t number) const {
    BundleEntries entries(tile_width);
    add_file(number, tile_width, entries);
    const auto [begin, end] = partial_.equal_range(number);
    for (auto place = begin; place != end; ++place) add_file(number, place->second, entries);
    return entries;
  }

  /// Adds what is still missing and stands in one file, which need not be there or be read: another
  /// may have it. An entry that is none, or another one's, is damage that costs itself alone.
  void add_file(std::uint64_t number, unsigned width, BundleEntries& entries) const {
    const auto has = [](const std::optional<Bytes>& entry) { return entry.has_value(); };
    if (std::ranges::all_of(std::span(entries).first(width), has)) return;
    const auto bytes =
        source_.read(tile_path({TileId::Kind::entries, 0, number, width}), max_bundle_bytes);
    if (!bytes) return;
    ByteView rest(*bytes);
    for (std::size_t at = 0; at < width && rest.size() >= 2; ++at) {
      const std::size_t length = std::size_t{rest[0]} << 8U | rest[1];
      rest = rest.subspan(2);
      if (rest.size() < length) return;
      const ByteView body = rest.first(length);
      rest = rest.subspan(length);
      if (entries[at] || !is_entry_at(body, number * tile_width + at)) continue;
      entries[at] = to_bytes(body);
    }
  }

  TileSource source_;
  PartialBundles partial_;
};

}  // namespace

Result<EntryMirror> mirror_of_tiles(TileSource source) {
  MUSTER_TRY_ASSIGN(PartialBundles partial, partial_bundles(source));
  TileMirror mirror(std::move(source), std::move(partial));
  // Each function has its own copy of the source and of the list of partial bundles: a few, unless
  // somebody filled the folder with them.
  return EntryMirror{
      [mirror](LogIndex first, std::size_t count) { return mirror.read(first, count); },
      [mirror](const Hash& sha256) { return mirror.blob(sha256); }};
}

}  // namespace muster::ledger
