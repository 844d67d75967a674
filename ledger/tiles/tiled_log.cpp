#include "ledger/tiles/tiled_log.hpp"

#include "ledger/tiles/bundle.hpp"

namespace muster::ledger {
namespace {

Result<std::string> note_of(const TileSource& source) {
  auto bytes = source.read("checkpoint", max_checkpoint_bytes);
  if (!bytes) return failure(std::move(bytes).error().during("not a tiled log"));
  return std::string(as_text(*bytes));
}

}  // namespace

Result<TiledLog> TiledLog::open(TileSource source, std::optional<std::string> checkpoint) {
  auto note = checkpoint ? Result<std::string>(std::move(*checkpoint)) : note_of(source);
  if (!note) return failure(std::move(note).error());
  MUSTER_TRY_ASSIGN(Checkpoint parsed, parse_checkpoint(*note));
  MUSTER_TRY_ASSIGN(TileTree tree, TileTree::open(parsed.head(), hash_tiles_of(source)));
  return TiledLog(std::move(source), std::move(*note), std::move(parsed), std::move(tree));
}

Result<void> TiledLog::check_index(LogIndex index) const {
  if (index.value < checkpoint_.size.value) return {};
  return failure(Errc::invalid_input, "entry " + std::to_string(index.value) +
                                          ": the checkpoint has " +
                                          std::to_string(checkpoint_.size.value) + " entries");
}

Result<Bytes> TiledLog::entry(LogIndex index) {
  MUSTER_TRY(check_index(index));
  const std::uint64_t number = index.value / tile_width;
  const unsigned width = width_of_tile(0, number, checkpoint_.size);
  MUSTER_TRY_ASSIGN(const TileBytes file,
                    read_tile(source_, {TileId::Kind::entries, 0, number, width}));
  auto entries = split_bundle(file.bytes, file.tile.width);
  if (!entries) return failure(std::move(entries).error().during(tile_path(file.tile)));
  const ByteView entry = (*entries)[index.value % tile_width];
  MUSTER_TRY_ASSIGN(const Hash leaf, tree_.leaf(index));
  if (leaf_hash(entry) == leaf) return to_bytes(entry);
  return failure(Errc::corrupt, tile_path(file.tile) + ": entry " + std::to_string(index.value) +
                                    " hashes to " + leaf_hash(entry).to_hex() +
                                    ", the checkpoint's tree says " + leaf.to_hex());
}

Result<TlogProof> TiledLog::prove(LogIndex index) {
  MUSTER_TRY(check_index(index));
  MUSTER_TRY_ASSIGN(Proof hashes, tree_.inclusion(index));
  return TlogProof{index, std::move(hashes), note_, std::nullopt};
}

Result<Receipt> TiledLog::receipt(LogIndex index) {
  MUSTER_TRY_ASSIGN(Bytes bytes, entry(index));
  MUSTER_TRY(parse_entry(bytes));
  MUSTER_TRY_ASSIGN(TlogProof proof, prove(index));
  return Receipt{std::move(bytes), std::move(proof)};
}

Result<Hash> TiledLog::root_at(TreeSize size) {
  if (size <= checkpoint_.size) return tree_.subtree({0, size.value});
  return failure(Errc::invalid_input, "root at " + std::to_string(size.value) +
                                          ": the checkpoint has " +
                                          std::to_string(checkpoint_.size.value) + " entries");
}

Result<Proof> TiledLog::consistency(TreeSize old_size, TreeSize new_size) {
  if (old_size.value == 0 || old_size > new_size || new_size > checkpoint_.size) {
    return failure(Errc::invalid_input,
                   "consistency proof: got sizes " + std::to_string(old_size.value) + " and " +
                       std::to_string(new_size.value) +
                       ", want 0 < first <= second <= " + std::to_string(checkpoint_.size.value));
  }
  return consistency_proof(old_size, new_size, tree_.subtree_hash());
}

Result<GrowthProof> TiledLog::growth(TreeSize old_size) {
  if (old_size.value == 0) return GrowthProof{old_size, {}, note_};
  MUSTER_TRY_ASSIGN(Proof hashes, consistency(old_size, checkpoint_.size));
  return GrowthProof{old_size, std::move(hashes), note_};
}

}  // namespace muster::ledger
