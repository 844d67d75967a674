#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/checkpoint.hpp"
#include "ledger/entry.hpp"
#include "ledger/store.hpp"

namespace muster::ledger {

/// One thing that is not as it must be.
struct AuditFault {
  std::optional<LogIndex> index;  ///< The entry concerned; none for the log as a whole.
  std::string code;               ///< Stable: see ledger/README.md, "The audit".
  std::string expected;
  std::string found;
  std::uint64_t count = 1;  ///< Entries concerned, from `index` on.

  friend bool operator==(const AuditFault&, const AuditFault&) = default;
};

/// The public key that `keyid` names at the time of entry `index`; none if there was none.
using KeyLookup =
    std::function<std::optional<crypto::PublicKey>(const crypto::KeyId& keyid, LogIndex index)>;

/// What the auditor adds to the log's own rules. Each may be left empty.
struct AuditOptions {
  /// Checks every stored checkpoint's signature.
  std::optional<VerifierKey> checkpoint_key{};
  /// The same where the key changes: the one that signs checkpoints of this size, none to leave
  /// them unchecked. Asked after `named_blobs` and `visit` saw all entries below `size`.
  std::function<std::optional<VerifierKey>(TreeSize size)> checkpoint_key_at{};
  /// Signed checkpoints that the auditor brings along, from an earlier visit, a receipt or another
  /// reader: judged as the stored ones are. What the operator rewrote since then shows in them.
  std::vector<std::string> held_checkpoints{};
  /// Called for each signature, in log order, after `visit` saw the entry. Without it signatures
  /// are not checked, and `signatures` stays 0.
  KeyLookup key_lookup{};
  /// Whether the signatures of this entry are to be checked; all are without it. Asked once an
  /// entry, in log order. Unknown keys are named all the same.
  std::function<bool(LogIndex)> check_signatures_of{};
  /// Sees every readable entry in log order, on the calling thread: the place for more rules.
  std::function<void(const Entry&)> visit{};
  /// The blobs that an entry names; missing ones are faults.
  std::function<std::vector<Hash>(const Entry&)> named_blobs{};
  /// Told now and then how many entries are done.
  std::function<void(std::uint64_t done)> progress{};
  unsigned threads = 0;            ///< 0: as many as help.
  std::size_t max_faults = 1'000;  ///< The audit stops when it has so many.
};

/// What the audit saw. Good if and only if there is no fault.
struct LogAudit {
  TreeHead head;                   ///< Recomputed from the entries.
  std::uint64_t signatures = 0;    ///< Checked and good.
  std::uint64_t unchecked = 0;     ///< Entries whose signatures were left out, as was asked.
  std::uint64_t checkpoints = 0;   ///< Looked at.
  std::uint64_t blobs = 0;         ///< Hashed.
  bool complete = true;            ///< False if it stopped at `max_faults`.
  std::vector<AuditFault> faults;  ///< In log order, those of the log as a whole at the end.

  [[nodiscard]] bool good() const { return faults.empty() && complete; }
};

/// Recomputes a log from its entries alone and compares all that is derived with what is stored:
/// canonical bytes, index, chain, times, leaf hashes, subtree hashes, compact range, checkpoints,
/// signatures, blobs, and the backend's own structure. Failures of the store are faults too.
/// It sees the log as it is at the beginning, whatever writers do meanwhile.
///
/// Cost: one pass. Memory for four batches of at most 1,024 entries and 4 MiB, for 65,536
/// checkpoints without their texts and 24 bytes for each further 1,024 of them, whatever the size
/// of the log. Signatures are checked on other threads while the next entries are read, hashed,
/// parsed and judged.
[[nodiscard]] LogAudit audit_log(Store& store, const AuditOptions& options);

/// One line: "entry 7: entry.leaf_hash: expected …, found …", or "entries 7 to 9: …".
[[nodiscard]] std::string describe(const AuditFault& fault);

/// The entries that cannot be read, or are not what their stored hash or their form says: what a
/// repair has to bring. In log order.
[[nodiscard]] std::vector<EntryRange> damaged_entries(const LogAudit& audit);

}  // namespace muster::ledger
