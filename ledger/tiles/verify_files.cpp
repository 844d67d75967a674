#include "ledger/tiles/verify_files.hpp"

#include <algorithm>

#include "ledger/crypto/sha256.hpp"
#include "ledger/tiles/blob_path.hpp"
#include "ledger/tiles/bundle.hpp"

namespace muster::ledger {
namespace {

/// Errors: `corrupt` unless the bytes are as many hashes or entries as the tile's width says.
Result<void> check_form(const TileId& tile, ByteView bytes) {
  if (tile.kind == TileId::Kind::entries) {
    MUSTER_TRY(split_bundle(bytes, tile.width));
  } else {
    MUSTER_TRY(split_hashes(bytes, tile.width));
  }
  return {};
}

/// Where two byte strings part; the length of the shorter one if they do not.
std::size_t first_difference(ByteView one, ByteView other) {
  const std::size_t common = std::min(one.size(), other.size());
  std::size_t at = 0;
  while (at < common && one[at] == other[at]) ++at;
  return at;
}

}  // namespace

Result<void> FileCheck::run() {
  MUSTER_TRY(source_->list([this](const ListedFile& file) { look(file); }));
  std::ranges::sort(blobs_);
  return {};
}

void FileCheck::look(const ListedFile& file) {
  // `.export/` is where Muster's own export keeps its lock and what is half done.
  if (file.path == "checkpoint" || file.path.starts_with(".export/")) return;
  if (faults_->full()) return;
  const auto id = parse_tile_path(file.path);
  const auto name = parse_blob_path(file.path);
  if (id) {
    tile(*id);
  } else if (name && file.is_plain) {
    blob(file.path, *name);
  } else {
    ++result_->other_files;
    if (result_->other_names.size() < max_names) result_->other_names.push_back(file.path);
  }
}

void FileCheck::tile(const TileId& tile) {
  const bool is_bundle = tile.kind == TileId::Kind::entries;
  if (is_bundle && hashes_only_) return;
  const unsigned needed = width_of_tile(tile.level, tile.number, size_);
  if (needed < tile.width) ++result_->beyond;
  // The walk along the tree looks at what the tree needs.
  if (needed != 0 && needed != tile.width) compare(tile, needed);
}

/// A tile of another width than the tree needs must begin as the tree's does, or be its beginning.
void FileCheck::compare(const TileId& tile, unsigned needed) {
  TileId want = tile;
  want.width = needed;
  if (!reference_ || reference_->tile != want) {
    auto found = read_tile(*source_, want);
    if (!found) return;  // the walk names it
    reference_ = TileBytes{want, std::move(found->bytes)};
  }
  const auto found = source_->read(tile_path(tile), max_bundle_bytes);
  if (!found) {
    // What was listed and is gone was dropped meanwhile: the walk says whether it may.
    if (found.error().code != Errc::not_found) faults_->add(fault_of(tile, found.error()));
    return;
  }
  const auto form = check_form(tile, *found);
  if (!form) return faults_->add(fault_of(tile, form.error()));
  const std::size_t common = std::min(found->size(), reference_->bytes.size());
  const std::size_t at = first_difference(*found, reference_->bytes);
  if (at == common) {
    if (tile.width < needed) ++result_->leftovers;
    return;
  }
  const std::string kind = tile.kind == TileId::Kind::entries ? "bundle" : "tile";
  faults_->add({tile_path(tile),
                {},
                kind + ".partial",
                "the same beginning as " + tile_path(want),
                "another byte at " + std::to_string(at)});
}

void FileCheck::blob(const std::string& path, const Hash& name) {
  if (hashes_only_) return;
  blobs_.push_back(name);
  const auto bytes = source_->read(path, max_blob_bytes);
  if (!bytes) {
    faults_->add({path, {}, "blob.unreadable", "a blob", bytes.error().message});
    return;
  }
  ++result_->blobs;
  const Hash actual = crypto::sha256(*bytes);
  if (actual != name) faults_->add({path, {}, "blob.hash", name.to_hex(), actual.to_hex()});
}

}  // namespace muster::ledger
