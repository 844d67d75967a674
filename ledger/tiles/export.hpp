#pragma once

#include "ledger/checkpoint.hpp"
#include "ledger/store.hpp"
#include "ledger/tiles/export_folder.hpp"

namespace muster::ledger {

/// How a log is exported.
struct ExportOptions {
  /// Who signs the log's checkpoints: the one that is exported, and the one that is there.
  VerifierKey key;
  /// Where the key changed: the one for checkpoints of this size, such as the one that is there.
  std::function<VerifierKey(TreeSize size)> key_at{};
  /// Checkpoint and hash tiles alone: what a log shows to everybody.
  bool hashes_only = false;
  /// Look at every file, also those of earlier exports, and write what is gone.
  bool mend = false;
  /// Check everything and change nothing.
  bool dry_run = false;
  /// Called before each change to the folder: a way to stop between any two.
  BeforeChange before_change{};
  /// Told now and then how many entries are done.
  std::function<void(std::uint64_t done)> progress{};
};

/// What an export added.
struct Exported {
  TreeSize before;               ///< What the folder's checkpoint said; 0 if there was none.
  TreeSize after;                ///< What it says now.
  std::uint64_t hash_tiles = 0;  ///< New files, as are the next two.
  std::uint64_t bundles = 0;
  std::uint64_t blobs = 0;
  std::uint64_t dropped = 0;    ///< Partial tiles that went because the full one is there.
  std::uint64_t bytes = 0;      ///< Of all new files.
  bool is_signed_anew = false;  ///< The checkpoint file changed.

  friend bool operator==(const Exported&, const Exported&) = default;
};

/// Makes `folder` the tiled log of the store's first entries, as many as the signed `checkpoint`
/// says, for any web server to serve. Adds only what is new; the checkpoint comes last, so that
/// whoever reads the folder meanwhile sees the old log, whole. An export that was killed is taken
/// up again by the next one. Each tile is checked against the tree before it is written, each blob
/// against its name.
///
/// Of a checkpoint with the same text, the signatures that are there stay beside the new ones.
/// Errors: `refused` or `invalid_input` for a checkpoint that is not this log's; `conflict` if the
/// folder holds something else, another log, or one that is not a beginning of this; `corrupt` if
/// the store contradicts itself; `unavailable`. The folder's checkpoint is then as it was.
Result<Exported> export_tiles(Store& store, std::string_view checkpoint,
                              const std::filesystem::path& folder, const ExportOptions& options);

}  // namespace muster::ledger
