#pragma once

#include "ledger/checkpoint_pair.hpp"
#include "ledger/growth_proof.hpp"
#include "ledger/mirror.hpp"
#include "ledger/receipt.hpp"
#include "ledger/tiles/tile_tree.hpp"

namespace muster::ledger {

/// A tiled log at its checkpoint, for reading and for proofs without the log's own store. Whether
/// the checkpoint is signed by the right key is for the proof's judge; that all else belongs to the
/// checkpoint is made sure of here. Not thread-safe.
class TiledLog final {
 public:
  /// Opens a log at the checkpoint in its folder, or at another of its checkpoints.
  /// Errors: those of the source; `invalid_input` for what is no checkpoint; `corrupt` if the tiles
  /// do not lead to its root.
  static Result<TiledLog> open(TileSource source,
                               std::optional<std::string> checkpoint = std::nullopt);

  [[nodiscard]] const Checkpoint& checkpoint() const { return checkpoint_; }
  /// The checkpoint's signed note, verbatim.
  [[nodiscard]] const std::string& note() const { return note_; }

  /// The bytes of an entry. Errors: `invalid_input` for an index beyond the checkpoint; `corrupt`
  /// for a bundle that is not part of the log; those of the source.
  Result<Bytes> entry(LogIndex index);
  /// Entries [first, first + count), fewer where a bundle or the checkpoint ends before: one bundle
  /// is read. Errors: as `entry`.
  Result<std::vector<Bytes>> entries(LogIndex first, std::size_t count);
  /// The blob with this hash. Errors: `not_found`; `corrupt` for a file with other bytes.
  Result<Bytes> blob(const Hash& sha256) const;
  /// Errors: as `entry`, but that the entry itself is not needed.
  Result<TlogProof> prove(LogIndex index);
  /// Errors: as `entry`; `invalid_input` if the entry is not one of Muster's.
  Result<Receipt> receipt(LogIndex index);

  /// The root over the first `size` entries. Errors: `invalid_input` beyond the checkpoint.
  Result<Hash> root_at(TreeSize size);
  /// The proof from one size to another. Errors: `invalid_input` unless
  /// 0 < old_size <= new_size <= the checkpoint's.
  Result<Proof> consistency(TreeSize old_size, TreeSize new_size);
  /// The proof that the log of `old_size` was continued to the checkpoint's; from 0 it is empty.
  Result<GrowthProof> growth(TreeSize old_size);
  /// How the second tree of a pair begins, by this log: as `prefix_by_log`.
  Result<std::optional<PrefixRoot>> prefix(const CheckpointPair& pair);

 private:
  TiledLog(TileSource source, std::string note, Checkpoint checkpoint, TileTree tree)
      : source_(std::move(source)),
        note_(std::move(note)),
        checkpoint_(std::move(checkpoint)),
        tree_(std::move(tree)) {}
  Result<void> check_index(LogIndex index) const;

  /// The bundle of a full or partial tile, and which entries it has.
  struct Bundle {
    TileBytes file;
    std::vector<ByteView> entries;
  };
  Result<Bundle> bundle_of(LogIndex index) const;
  Result<Bytes> checked_entry(const Bundle& bundle, LogIndex index);

  TileSource source_;
  std::string note_;
  Checkpoint checkpoint_;
  TileTree tree_;
};

/// A tiled log at its checkpoint as a mirror: what it gives is part of the checkpoint's tree.
/// Borrows it.
[[nodiscard]] EntryMirror mirror_of(TiledLog& log);

}  // namespace muster::ledger
