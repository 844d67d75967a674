#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/checkpoint.hpp"
#include "ledger/entry.hpp"
#include "ledger/tiles/source.hpp"

namespace muster::ledger {

/// One thing in a tiled log that is not as it must be.
struct TileFault {
  std::string path;  ///< The file, from the log's folder.
  std::string item;  ///< What in it: "hash 7", "entry 263"; empty for the file as a whole.
  std::string code;  ///< Stable: see ledger/tiles/README.md.
  std::string expected;
  std::string found;

  friend bool operator==(const TileFault&, const TileFault&) = default;
};

/// One line: "tile/0/000 hash 7: tile.hash: expected …, found …".
[[nodiscard]] std::string describe(const TileFault& fault);

/// What a log's entries are to the verifier.
enum class EntryForm {
  opaque,   ///< Any bytes: only their hashes count.
  chained,  ///< Muster's own, in their one spelling, numbered and chained.
};

/// A signed checkpoint that was seen earlier, and what faults call it.
struct OlderCheckpoint {
  std::string name;
  std::string text;
};

/// Whose log it must be, and how much of it is looked at.
struct TileVerifyOptions {
  /// Who must have signed the checkpoint.
  VerifierKey key;
  /// The checkpoint's first line; empty for the key's name, which is what logs should use.
  std::string origin{};
  /// What more a checkpoint needs, such as a quorum of witnesses: an error is a fault in its words.
  std::function<Result<void>(const Note&)> policy{};
  /// The log must go on from each of them.
  std::vector<OlderCheckpoint> older{};
  /// Keys that signed older checkpoints before `key` did.
  std::vector<VerifierKey> earlier_keys{};
  /// None: `chained` if entry 0 is one of Muster's.
  std::optional<EntryForm> entries{};
  /// Look at the checkpoint and the hash tiles alone: what a log shows to everybody.
  bool hashes_only = false;
  /// The blobs that one of Muster's entries names; those that are not there are faults. Called from
  /// several threads.
  std::function<std::vector<Hash>(const Entry&)> named_blobs{};
  /// Told now and then how many leaves are done.
  std::function<void(std::uint64_t done)> progress{};
  unsigned threads = 0;            ///< 0: as many as help.
  std::size_t max_faults = 1'000;  ///< The verification stops when it has so many.
};

/// What was seen. Good if and only if there is no fault.
struct TileVerification {
  Checkpoint checkpoint;  ///< Empty if it could not be read.
  EntryForm form = EntryForm::opaque;
  std::uint64_t other_signatures = 0;    ///< Signature lines of the checkpoint by other keys.
  std::uint64_t hash_tiles = 0;          ///< Compared with the recomputed tree.
  std::uint64_t bundles = 0;             ///< Read whole.
  std::uint64_t entries = 0;             ///< Hashed.
  std::uint64_t blobs = 0;               ///< Hashed.
  std::uint64_t leftovers = 0;           ///< Partial tiles beside wider ones, found to agree.
  std::uint64_t beyond = 0;              ///< Tiles for more leaves than the checkpoint has.
  std::uint64_t other_files = 0;         ///< Not part of the format, passed over.
  std::vector<std::string> other_names;  ///< The first of them.
  bool complete = true;                  ///< False if it stopped at `max_faults`.
  std::vector<TileFault> faults;  ///< Checkpoint, then the tree from left to right, then files.

  [[nodiscard]] bool good() const { return faults.empty() && complete; }
};

/// Recomputes the tree of a tiled log from its entries (or, where they are not looked at, from its
/// leaf hashes) and compares every hash tile of every level, the root, older checkpoints, and with
/// entries of Muster's own their spelling, order and chain. Signatures of statements are not looked
/// at: which key may sign is the registry's knowledge.
///
/// A partial tile may be missing where the full one is there. Files that are not part of the format
/// are counted and passed over.
/// Errors: `not_found` without a checkpoint: that is no log. `unavailable` if it cannot be read.
/// Cost: one pass; memory for a bundle a thread, a blob, and a few hashes a level.
Result<TileVerification> verify_tiles(const TileSource& source, const TileVerifyOptions& options);

}  // namespace muster::ledger
