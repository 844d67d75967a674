#include "ledger/receipt.hpp"

#include "ledger/base/json_fields.hpp"
#include "ledger/proofs.hpp"

namespace muster::ledger {

Result<Receipt> make_receipt(Store& store, LogIndex index, std::string_view checkpoint) {
  MUSTER_TRY_ASSIGN(const Checkpoint parsed, parse_checkpoint(checkpoint));
  MUSTER_TRY_ASSIGN(Proof hashes, prove_inclusion(store, index, parsed.size));
  MUSTER_TRY_ASSIGN(auto entries, store.read(index, 1));
  if (entries.empty()) return failure(Errc::corrupt, "receipt: the entry is missing");
  MUSTER_TRY(parse_entry(entries.front()));
  if (!inclusion_verifies(leaf_hash(entries.front()), index, parsed.head(), hashes)) {
    return failure(Errc::invalid_input, "receipt: the checkpoint is not one of this log");
  }
  return Receipt{std::move(entries.front()),
                 {index, std::move(hashes), std::string(checkpoint), std::nullopt}};
}

std::string encode_receipt(const Receipt& receipt) {
  return canonical_json(
      {{"entry", as_text(receipt.entry)}, {"proof", encode_tlog_proof(receipt.proof)}, {"v", 1}});
}

Result<Receipt> parse_receipt(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "receipt"));
  MUSTER_TRY(fields.integer("v", 1, 1));
  MUSTER_TRY_ASSIGN(const std::string entry, fields.text("entry"));
  MUSTER_TRY_ASSIGN(const std::string proof_text, fields.text("proof"));
  MUSTER_TRY(fields.finish());
  MUSTER_TRY_ASSIGN(TlogProof proof, parse_tlog_proof(proof_text));
  return Receipt{to_bytes(entry), std::move(proof)};
}

Result<ReceiptFacts> verify_receipt(const Receipt& receipt, const VerifierKey& key) {
  MUSTER_TRY_ASSIGN(Checkpoint checkpoint, verify_checkpoint(receipt.proof.checkpoint, key));
  MUSTER_TRY_ASSIGN(Entry entry, parse_entry(receipt.entry));
  if (entry.index != receipt.proof.index) {
    return refusal("receipt.index", "entry is number " + std::to_string(entry.index.value) +
                                        ", the proof is for " +
                                        std::to_string(receipt.proof.index.value));
  }
  const auto root = root_of_inclusion(leaf_hash(receipt.entry), entry.index, checkpoint.size,
                                      receipt.proof.hashes);
  if (!root) return refusal("receipt.proof", root.error().message);
  if (*root != checkpoint.root) {
    return refusal("receipt.proof", "leads to " + root->to_hex() + ", the checkpoint says " +
                                        checkpoint.root.to_hex());
  }
  return ReceiptFacts{std::move(entry), std::move(checkpoint)};
}

}  // namespace muster::ledger
