#include "ledger/tiles/export.hpp"

#include <algorithm>

#include "ledger/crypto/sha256.hpp"
#include "ledger/proofs.hpp"
#include "ledger/tiles/blob_path.hpp"
#include "ledger/tiles/bundle.hpp"
#include "ledger/tiles/source.hpp"

namespace muster::ledger {
namespace {

using Kind = TileId::Kind;

/// There while a folder's bundles may not reach as far as its checkpoint.
constexpr const char* no_bundles_mark = ".export/hashes-only";

class TileExport final {
 public:
  TileExport(Store& store, Checkpoint target, ExportFolder& folder, const ExportOptions& options)
      : store_(store),
        target_(std::move(target)),
        folder_(folder),
        options_(options),
        tiles_(hash_tiles_of(store)) {}

  Result<Exported> run(std::string_view checkpoint);

 private:
  Result<std::string> joined_with_present(std::string_view checkpoint);
  Result<void> check_beginning(const Checkpoint& present) const;
  Result<void> hash_tiles();
  Result<void> hash_tile(const TileId& tile);
  Result<void> bundles(std::uint64_t from);
  Result<void> bundle(const TileId& tile);
  Result<void> blobs();
  Result<void> drop_partials(std::uint64_t bundles_from);

  [[nodiscard]] TreeSize after() const { return target_.size; }
  /// How much of the log needs no look, since it is there.
  [[nodiscard]] TreeSize settled() const { return options_.mend ? TreeSize{0} : result_.before; }

  Store& store_;
  Checkpoint target_;
  ExportFolder& folder_;
  const ExportOptions& options_;
  HashTiles tiles_;
  Exported result_;
};

Result<void> TileExport::check_beginning(const Checkpoint& present) const {
  const std::string at = "the folder's checkpoint at " + std::to_string(present.size.value);
  if (present.origin != target_.origin) {
    return failure(Errc::conflict, at + ": is of the log " + present.origin);
  }
  if (present.size > after()) {
    return failure(Errc::conflict, at + ": the log to export ends at " +
                                       std::to_string(after().value) +
                                       ", and an exported log never shrinks");
  }
  MUSTER_TRY_ASSIGN(const Hash root, root_at(store_, present.size));
  if (root == present.root) return {};
  return failure(Errc::conflict, at + ": has root " + present.root.to_hex() + ", this log " +
                                     root.to_hex() + ": it is another history");
}

/// The new checkpoint's text; if it says the same as the one that is there, with all signatures of
/// both, since witnesses may have cosigned the one that is there.
Result<std::string> TileExport::joined_with_present(std::string_view checkpoint) {
  MUSTER_TRY_ASSIGN(const auto text, folder_.checkpoint());
  if (!text) return std::string(checkpoint);
  const auto claimed = parse_checkpoint(*text);
  const auto present = claimed && options_.key_at
                           ? verify_log_checkpoint(*text, options_.key_at(claimed->size))
                           : verify_log_checkpoint(*text, options_.key);
  if (!present) {
    return failure(Errc::conflict, "the folder's checkpoint: " + present.error().message);
  }
  MUSTER_TRY(check_beginning(*present));
  result_.before = present->size;
  MUSTER_TRY_ASSIGN(const Note there, parse_note(*text));
  MUSTER_TRY_ASSIGN(Note note, parse_note(checkpoint));
  if (there.text != note.text) return std::string(checkpoint);
  for (const NoteSignature& line : there.signatures) {
    if (std::ranges::find(note.signatures, line) == note.signatures.end()) {
      note.signatures.push_back(line);
    }
  }
  if (note.signatures.size() == there.signatures.size()) return *text;  // the same, in some order
  const std::string joined = encode_note(note);
  return parse_note(joined) ? joined : *text;  // a note has only so much room
}

Result<Exported> TileExport::run(std::string_view checkpoint) {
  MUSTER_TRY_ASSIGN(const std::string text, joined_with_present(checkpoint));
  result_.after = after();
  const bool lacks_bundles = folder_.has(no_bundles_mark);
  if (options_.hashes_only && !lacks_bundles) MUSTER_TRY(folder_.replace(no_bundles_mark, {}));
  const std::uint64_t bundles_from = lacks_bundles ? 0 : settled().value;
  MUSTER_TRY(hash_tiles());
  if (!options_.hashes_only) {
    MUSTER_TRY(bundles(bundles_from));
    MUSTER_TRY(blobs());
  }
  if (!options_.dry_run) MUSTER_TRY(folder_.flush());
  MUSTER_TRY(drop_partials(bundles_from));
  MUSTER_TRY_ASSIGN(const auto present, folder_.checkpoint());
  result_.is_signed_anew = present != text;
  if (result_.is_signed_anew) MUSTER_TRY(folder_.replace("checkpoint", as_bytes(text)));
  if (!options_.hashes_only) MUSTER_TRY(folder_.remove(no_bundles_mark));
  result_.bytes = folder_.bytes();
  return result_;
}

Result<void> TileExport::hash_tiles() {
  for (unsigned level = 0; level < tile_levels; ++level) {
    const std::uint64_t before = hashes_of_level(level, settled());
    if (before == hashes_of_level(level, after())) continue;
    for (std::uint64_t n = before / tile_width; n < tiles_of_level(level, after()); ++n) {
      MUSTER_TRY(hash_tile({Kind::hashes, level, n, width_of_tile(level, n, after())}));
    }
  }
  return {};
}

/// Writes one hash tile. What is above a full one must follow from it: the root of the whole log
/// was compared, so then all tiles lead to it.
Result<void> TileExport::hash_tile(const TileId& tile) {
  MUSTER_TRY_ASSIGN(const auto hashes, tiles_(tile));
  if (tile.is_full()) {
    MUSTER_TRY_ASSIGN(const auto above, store_.subtree_hashes(tile.level + 1, tile.number, 1));
    const Hash root = root_hash(hashes);
    if (above.empty() || above.front() != root) {
      return failure(Errc::corrupt, tile_path(tile) + ": hashes to " + root.to_hex() +
                                        ", the log says otherwise; nothing is published");
    }
  }
  MUSTER_TRY_ASSIGN(const bool is_new, folder_.put(tile_path(tile), encode_hashes(hashes)));
  result_.hash_tiles += is_new ? 1 : 0;
  return {};
}

Result<void> TileExport::bundles(std::uint64_t from) {
  if (from == after().value) return {};
  for (std::uint64_t n = from / tile_width; n < tiles_of_level(0, after()); ++n) {
    MUSTER_TRY(bundle({Kind::entries, 0, n, width_of_tile(0, n, after())}));
    if (options_.progress) options_.progress(std::min(after().value, (n + 1) * tile_width));
  }
  return {};
}

Result<void> TileExport::bundle(const TileId& tile) {
  const LogIndex first{tile.number * tile_width};
  MUSTER_TRY_ASSIGN(const auto entries, store_.read(first, tile.width));
  MUSTER_TRY_ASSIGN(const auto leaves, store_.leaf_hashes(first, tile.width));
  for (std::size_t i = 0; i < tile.width; ++i) {
    const bool is_right =
        i < entries.size() && i < leaves.size() && leaf_hash(entries[i]) == leaves[i];
    if (is_right) continue;
    return failure(Errc::corrupt, "entry " + std::to_string(first.value + i) +
                                      ": does not hash to its leaf hash; nothing is published");
  }
  MUSTER_TRY_ASSIGN(Bytes bytes, encode_bundle(entries));
  MUSTER_TRY_ASSIGN(const bool is_new, folder_.put(tile_path(tile), std::move(bytes)));
  result_.bundles += is_new ? 1 : 0;
  return {};
}

Result<void> TileExport::blobs() {
  MUSTER_TRY_ASSIGN(const auto names, store_.blob_hashes());
  for (const Hash& name : names) {
    // A file appears whole or not at all, so its name is enough.
    if (!options_.mend && folder_.has(blob_path(name))) continue;
    MUSTER_TRY_ASSIGN(Bytes bytes, store_.blob(name));
    const Hash digest = crypto::sha256(bytes);
    if (digest != name) {
      return failure(Errc::corrupt, "blob " + name.to_hex() + ": hashes to " + digest.to_hex() +
                                        "; nothing is published");
    }
    MUSTER_TRY_ASSIGN(const bool is_new, folder_.put(blob_path(name), std::move(bytes)));
    result_.blobs += is_new ? 1 : 0;
  }
  return {};
}

/// Drops the partial tiles beside all full ones that are new. Before the checkpoint changes, so
/// that an export that is killed here is taken up at the same place.
Result<void> TileExport::drop_partials(std::uint64_t bundles_from) {
  const auto drop = [this](Kind kind, unsigned level, std::uint64_t before) -> Result<void> {
    const std::uint64_t full = hashes_of_level(level, after()) / tile_width;
    for (std::uint64_t n = before / tile_width; n < full; ++n) {
      MUSTER_TRY_ASSIGN(const auto count, folder_.drop_partials({kind, level, n, tile_width}));
      result_.dropped += count;
    }
    return {};
  };
  for (unsigned level = 0; level < tile_levels; ++level) {
    MUSTER_TRY(drop(Kind::hashes, level, hashes_of_level(level, settled())));
  }
  return options_.hashes_only ? Result<void>() : drop(Kind::entries, 0, bundles_from);
}

}  // namespace

Result<Exported> export_tiles(Store& store, std::string_view checkpoint,
                              const std::filesystem::path& folder, const ExportOptions& options) {
  MUSTER_TRY_ASSIGN(Checkpoint target, verify_log_checkpoint(checkpoint, options.key));
  MUSTER_TRY_ASSIGN(const Hash root, root_at(store, target.size));
  if (root != target.root) {
    return failure(Errc::invalid_input, "export: the checkpoint at " +
                                            std::to_string(target.size.value) +
                                            " is not one of this log");
  }
  MUSTER_TRY_ASSIGN(ExportFolder opened,
                    ExportFolder::open(folder, {options.dry_run, options.before_change}));
  return TileExport(store, std::move(target), opened, options).run(checkpoint);
}

}  // namespace muster::ledger
