#include "ledger/tiles/tiled_log.hpp"

#include <algorithm>

#include "ledger/crypto/sha256.hpp"
#include "ledger/stored_entry.hpp"
#include "ledger/tiles/blob_path.hpp"
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

Result<TiledLog::Bundle> TiledLog::bundle_of(LogIndex index) const {
  const std::uint64_t number = index.value / tile_width;
  const unsigned width = width_of_tile(0, number, checkpoint_.size);
  MUSTER_TRY_ASSIGN(TileBytes file, read_tile(source_, {TileId::Kind::entries, 0, number, width}));
  auto entries = split_bundle(file.bytes, file.tile.width);
  if (!entries) return failure(std::move(entries).error().during(tile_path(file.tile)));
  return Bundle{std::move(file), std::move(*entries)};
}

Result<Bytes> TiledLog::checked_entry(const Bundle& bundle, LogIndex index) {
  const ByteView entry = bundle.entries[index.value % tile_width];
  MUSTER_TRY_ASSIGN(const Hash leaf, tree_.leaf(index));
  if (leaf_hash(entry) == leaf) return to_bytes(entry);
  return failure(Errc::corrupt, tile_path(bundle.file.tile) + ": entry " +
                                    std::to_string(index.value) + " hashes to " +
                                    leaf_hash(entry).to_hex() + ", the checkpoint's tree says " +
                                    leaf.to_hex());
}

Result<Bytes> TiledLog::entry(LogIndex index) {
  MUSTER_TRY(check_index(index));
  MUSTER_TRY_ASSIGN(const Bundle bundle, bundle_of(index));
  return checked_entry(bundle, index);
}

Result<std::vector<Bytes>> TiledLog::entries(LogIndex first, std::size_t count) {
  std::vector<Bytes> entries;
  if (first.value >= checkpoint_.size.value) return entries;
  const std::uint64_t bundle_end = (first.value / tile_width + 1) * tile_width;
  const std::uint64_t end = std::min({bundle_end, checkpoint_.size.value, first.value + count});
  MUSTER_TRY_ASSIGN(const Bundle bundle, bundle_of(first));
  for (std::uint64_t index = first.value; index < end; ++index) {
    MUSTER_TRY_ASSIGN(Bytes entry, checked_entry(bundle, {index}));
    entries.push_back(std::move(entry));
  }
  return entries;
}

Result<Bytes> TiledLog::blob(const Hash& sha256) const {
  const std::string path = blob_path(sha256);
  MUSTER_TRY_ASSIGN(Bytes bytes, source_.read(path, max_blob_bytes));
  if (crypto::sha256(bytes) == sha256) return bytes;
  return failure(Errc::corrupt, path + ": has other bytes");
}

Result<TlogProof> TiledLog::prove(LogIndex index) {
  MUSTER_TRY(check_index(index));
  MUSTER_TRY_ASSIGN(Proof hashes, tree_.inclusion(index));
  return TlogProof{index, std::move(hashes), note_, std::nullopt};
}

Result<Receipt> TiledLog::receipt(LogIndex index) {
  MUSTER_TRY_ASSIGN(Bytes bytes, entry(index));
  MUSTER_TRY(parse_stored_entry(bytes, index));
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

EntryMirror mirror_of(TiledLog& log) {
  return {[&log](LogIndex first, std::size_t count) { return log.entries(first, count); },
          [&log](const Hash& sha256) { return log.blob(sha256); }};
}

Result<std::optional<PrefixRoot>> TiledLog::prefix(const CheckpointPair& pair) {
  return prefix_by_tree(pair, checkpoint_.size, tree_.subtree_hash());
}

}  // namespace muster::ledger
