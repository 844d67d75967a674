#pragma once

#include <string>
#include <string_view>

#include "ledger/checkpoint.hpp"
#include "ledger/entry.hpp"
#include "ledger/policy.hpp"
#include "ledger/tlog_proof.hpp"

namespace muster::ledger {

/// What a party keeps to show that its statement is in the log: the entry's bytes, its place, the
/// inclusion proof and the signed checkpoint that it leads to. Judged offline, years later.
struct Receipt {
  Bytes entry;
  TlogProof proof;

  friend bool operator==(const Receipt&, const Receipt&) = default;
};

/// The receipt for entry `index` under a signed checkpoint of this log.
/// Errors: `invalid_input` if the entry is not within the checkpoint, or the checkpoint is beyond
/// or beside the log; those of the store.
Result<Receipt> make_receipt(Store& store, LogIndex index, std::string_view checkpoint);

/// Canonical JSON: `entry` (the entry's own text), `proof` (C2SP tlog-proof text), `v`.
[[nodiscard]] std::string encode_receipt(const Receipt& receipt);
/// The same as one C2SP tlog-proof whose `extra` line is the entry.
[[nodiscard]] std::string encode_receipt_as_tlog_proof(const Receipt& receipt);

/// Reads either form. Errors: `invalid_input`. Nothing is verified yet.
Result<Receipt> parse_receipt(std::string_view text);

/// The oldest kept checkpoint that covers entry `index` and that `policy` accepts; when there is
/// none, or no policy, the oldest that `key` signed. So the same entry has the same receipt again,
/// until a better one can be had. Nothing when no kept checkpoint covers it.
/// Cost: finds the oldest by halving (`Coverage`), and judges at most the 256 oldest and the 256
/// newest of those that cover the entry.
Result<std::optional<std::string>> checkpoint_for_receipt(Store& store, LogIndex index,
                                                          const VerifierKey& key,
                                                          const Policy* policy);

/// What a good receipt proves.
struct ReceiptFacts {
  Entry entry;
  Checkpoint checkpoint;
  /// By a policy alone: who cosigned the checkpoint, and since when a quorum had.
  std::vector<CosignedBy> cosigned_by{};
  std::optional<Timestamp> quorum_at{};
  std::string missing{};  ///< What the policy wants and is not there; empty: nothing.

  /// 1: by the word of the log, who could show others another history. 2: a quorum of witnesses
  /// saw the same history.
  [[nodiscard]] int level() const { return quorum_at ? 2 : 1; }
};

/// Judges a receipt by the log's key alone.
/// Errors: `invalid_input` if a part cannot be read; `refused` with a rule: `checkpoint.*` as in
/// `verify_checkpoint`, `receipt.index` if the entry is numbered otherwise, `receipt.proof` if the
/// proof does not lead to the checkpoint's root.
Result<ReceiptFacts> verify_receipt(const Receipt& receipt, const VerifierKey& key);
/// Like it, for a log that has several keys.
Result<ReceiptFacts> verify_receipt(const Receipt& receipt, std::span<const VerifierKey> keys);
/// Like the first, and says what `policy` makes of the checkpoint; that it is not accepted is no
/// error.
Result<ReceiptFacts> verify_receipt(const Receipt& receipt, const VerifierKey& key,
                                    const Policy& policy);

}  // namespace muster::ledger
