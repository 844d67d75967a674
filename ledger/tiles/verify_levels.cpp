#include "ledger/tiles/verify_levels.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"
#include "ledger/tiles/bundle.hpp"

namespace muster::ledger {
namespace {

/// The hashes, if all are known.
std::optional<std::vector<Hash>> all_known(std::span<const std::optional<Hash>> hashes) {
  std::vector<Hash> known;
  known.reserve(hashes.size());
  for (const auto& hash : hashes) {
    if (!hash) return std::nullopt;
    known.push_back(*hash);
  }
  return known;
}

}  // namespace

void LevelCheck::add(unsigned level, const std::optional<Hash>& hash) {
  Level& here = levels_.at(level);
  here.hashes.push_back(hash);
  if (here.hashes.size() < tile_width) return;
  check(level);
  const auto known = all_known(here.hashes);
  here.hashes.clear();
  ++here.number;
  add(level + 1, known ? std::optional(root_hash(*known)) : std::nullopt);
}

/// Compares the hashes of a level with the stored tile, and fills those that are not known.
void LevelCheck::check(unsigned level) {
  Level& here = levels_.at(level);
  const auto width = static_cast<unsigned>(here.hashes.size());
  const TileId tile{TileId::Kind::hashes, level, here.number, width};
  const auto file = read_tile(*source_, tile);
  if (!file) return faults_->add(fault_of(tile, file.error()));
  const auto stored = split_hashes(file->bytes, file->tile.width);
  if (!stored) return faults_->add(fault_of(file->tile, stored.error()));
  ++tiles_;
  for (std::size_t i = 0; i < width; ++i) {
    auto& hash = here.hashes[i];
    if (!hash) hash = (*stored)[i];
    if (*hash == (*stored)[i]) continue;
    faults_->add({tile_path(file->tile), "hash " + std::to_string(i), "tile.hash", hash->to_hex(),
                  (*stored)[i].to_hex()});
  }
}

std::optional<Hash> LevelCheck::finish(std::span<const Hash> leaves, bool last_known) {
  levels_[0].hashes.assign(leaves.begin(), leaves.end());
  bool known = last_known;
  std::vector<Hash> nodes;
  for (unsigned level = tile_levels; level-- > 0;) {
    const Level& here = levels_.at(level);
    if (here.hashes.empty()) continue;
    if (level > 0) check(level);
    const auto hashes = all_known(here.hashes);
    known = known && hashes;
    if (!known) continue;
    CompactRange range;
    for (const Hash& hash : *hashes) range.append(hash);
    nodes.insert(nodes.end(), range.nodes().begin(), range.nodes().end());
  }
  if (!known) return std::nullopt;
  const auto whole = CompactRange::from_nodes(size_, std::move(nodes));
  MUSTER_CHECK(whole);
  return whole->root();
}

}  // namespace muster::ledger
