#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/checkpoint.hpp"
#include "ledger/mirror.hpp"
#include "ledger/policy.hpp"

namespace muster::ledger {

/// What a repair works with, besides the damaged log.
struct RepairSources {
  EntryMirror mirror;
  NamedBlobs named_blobs;
  /// Of the checkpoints that the result is held to: more than one where the operator changed keys.
  std::vector<VerifierKey> keys;
  std::vector<std::string> held = {};  ///< Signed checkpoints from elsewhere.
  /// Whose quorum must stand behind one of the checkpoints, if given. Borrowed.
  const Policy* policy = nullptr;
};

/// What a repair did.
struct RepairReport {
  TreeHead head;                          ///< Of the repaired log.
  TreeHead anchor;                        ///< The newest signed checkpoint that it was held to.
  std::optional<TreeHead> witnessed;      ///< The newest one that the policy accepts.
  std::vector<EntryRange> replaced;       ///< Entries that came from the mirror.
  std::uint64_t blobs_replaced = 0;       ///< Blobs that came from the mirror.
  std::uint64_t checkpoints = 0;          ///< Kept.
  std::uint64_t checkpoints_dropped = 0;  ///< Not signed by one of the keys, or unreadable.
};

/// Puts together in the empty store `fresh` what `damaged` still has and, for the rest, what the
/// mirror has, and holds all of it to the newest signed checkpoint: nothing that the operator did
/// not sign comes in. Entries behind that checkpoint are taken from `damaged` alone, as far as they
/// form a chain up to the size that it says it has. `damaged` may be null: a log that cannot be
/// opened at all.
/// Errors: `refused` with `repair.no_checkpoint` (nothing signed to hold the result to),
/// `repair.no_quorum` (none of it accepted by the policy),
/// `repair.missing` (entries or a blob that are damaged here and not in the mirror, with their
/// range, which ends at 2^20 entries), `repair.other_history` (what was put together does not lead
/// to the checkpoint's root), `repair.fork` (two good checkpoints that contradict each other);
/// those of `fresh`. After an error `fresh` is to be thrown away.
Result<RepairReport> repair(Store* damaged, const RepairSources& sources, Store& fresh);

}  // namespace muster::ledger
