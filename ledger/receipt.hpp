#pragma once

#include <string>
#include <string_view>

#include "ledger/checkpoint.hpp"
#include "ledger/entry.hpp"
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

/// Errors: `invalid_input`. Nothing is verified yet.
Result<Receipt> parse_receipt(std::string_view text);

/// What a good receipt proves.
struct ReceiptFacts {
  Entry entry;
  Checkpoint checkpoint;
};

/// Judges a receipt by the log's key alone.
/// Errors: `invalid_input` if a part cannot be read; `refused` with a rule: `checkpoint.*` as in
/// `verify_checkpoint`, `receipt.index` if the entry is numbered otherwise, `receipt.proof` if the
/// proof does not lead to the checkpoint's root.
Result<ReceiptFacts> verify_receipt(const Receipt& receipt, const VerifierKey& key);

}  // namespace muster::ledger
