#include "ledger/tiles/verify_piece.hpp"

#include <algorithm>

#include "ledger/tiles/bundle.hpp"

namespace muster::ledger {
namespace {

/// Looks at one piece. Its faults are capped, so that one damaged bundle cannot fill the memory.
class PieceExam final {
 public:
  PieceExam(const TileSource& source, const TileId& tile, const PieceRules& rules)
      : source_(source), rules_(rules) {
    piece_.tile = tile;
  }

  Piece run() {
    if (!rules_.hashes_only) entries();
    stored_hashes();
    conclude();
    return std::move(piece_);
  }

 private:
  void add(TileFault fault) {
    if (piece_.faults.size() < rules_.max_faults) piece_.faults.push_back(std::move(fault));
  }

  void entries();
  void entry(const std::string& path, std::size_t i, ByteView bytes);
  void stored_hashes();
  void compare(const TileId& file, std::span<const Hash> stored);
  void conclude();

  const TileSource& source_;
  const PieceRules& rules_;
  Piece piece_;
  std::vector<Hash> leaves_;  // recomputed from the entries; empty if they cannot be used
};

void PieceExam::entries() {
  TileId bundle = piece_.tile;
  bundle.kind = TileId::Kind::entries;
  const auto file = read_tile(source_, bundle);
  if (!file) return add(fault_of(bundle, file.error()));
  auto entries = split_bundle(file->bytes, file->tile.width);
  if (!entries) return add(fault_of(file->tile, entries.error()));
  entries->resize(bundle.width);
  leaves_.reserve(entries->size());
  for (const ByteView bytes : *entries) leaves_.push_back(leaf_hash(bytes));
  piece_.entries = entries->size();
  if (rules_.form == EntryForm::opaque) return;
  const std::string path = tile_path(file->tile);
  for (std::size_t i = 0; i < entries->size(); ++i) entry(path, i, (*entries)[i]);
}

void PieceExam::entry(const std::string& path, std::size_t i, ByteView bytes) {
  const LogIndex index{piece_.tile.number * tile_width + i};
  TileFault fault{path, "entry " + std::to_string(index.value), {}, {}, {}};
  const auto report = [&](std::string code, std::string expected, std::string found) {
    fault.code = std::move(code);
    fault.expected = std::move(expected);
    fault.found = std::move(found);
    add(fault);
  };
  const auto parsed = parse_entry(bytes);
  if (!parsed) {
    return report("entry.not_canonical", "an entry in its one spelling", parsed.error().message);
  }
  if (parsed->index != index) {
    report("entry.index", std::to_string(index.value), std::to_string(parsed->index.value));
  }
  if (i == 0) {
    piece_.chain.first_previous = parsed->previous;
  } else if (parsed->previous != leaves_[i - 1]) {
    report("entry.previous", leaves_[i - 1].to_hex(), parsed->previous.to_hex());
  }
  auto& latest = piece_.chain.latest;
  if (latest && parsed->accepted_at < *latest) {
    report("entry.accepted_at", latest->to_string() + " or later", parsed->accepted_at.to_string());
  }
  if (!latest) piece_.chain.earliest = parsed->accepted_at;
  latest = latest ? std::max(*latest, parsed->accepted_at) : parsed->accepted_at;
  if (!*rules_.named_blobs) return;
  for (const Hash& name : (*rules_.named_blobs)(*parsed)) {
    if (std::ranges::binary_search(rules_.blobs, name)) continue;
    report("blob.missing", "blob " + name.to_hex(), "nothing");
  }
}

void PieceExam::stored_hashes() {
  const auto file = read_tile(source_, piece_.tile);
  if (!file) return add(fault_of(piece_.tile, file.error()));
  auto stored = split_hashes(file->bytes, file->tile.width);
  if (!stored) return add(fault_of(file->tile, stored.error()));
  piece_.tile_read = true;
  stored->resize(piece_.tile.width);
  if (leaves_.empty()) {
    leaves_ = std::move(*stored);
  } else {
    compare(file->tile, *stored);
  }
}

void PieceExam::compare(const TileId& file, std::span<const Hash> stored) {
  if (std::ranges::equal(stored, leaves_)) return;
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    if (stored[i] == leaves_[i]) continue;
    add({tile_path(file), "hash " + std::to_string(i), "tile.hash", leaves_[i].to_hex(),
         stored[i].to_hex()});
  }
}

void PieceExam::conclude() {
  if (leaves_.empty()) return;
  piece_.known = true;
  piece_.last_leaf = leaves_.back();
  if (piece_.tile.is_full()) {
    piece_.root = root_hash(leaves_);
  } else {
    piece_.leaves = std::move(leaves_);
  }
}

}  // namespace

Piece examined_piece(const TileSource& source, const TileId& tile, const PieceRules& rules) {
  return PieceExam(source, tile, rules).run();
}

}  // namespace muster::ledger
