#include "ledger/receipt.hpp"

#include <algorithm>

#include "ledger/base/json_fields.hpp"
#include "ledger/base/utf8.hpp"
#include "ledger/coverage.hpp"
#include "ledger/proofs.hpp"
#include "ledger/stored_entry.hpp"

namespace muster::ledger {
namespace {

constexpr std::string_view tlog_proof_start = "c2sp.org/tlog-proof@";
constexpr std::size_t checkpoint_page = 64;
/// How many checkpoints are judged by a policy from either end, before a lesser one has to serve.
constexpr std::size_t most_judged = 256;

Result<Receipt> receipt_from_tlog_proof(std::string_view text) {
  MUSTER_TRY_ASSIGN(TlogProof proof, parse_tlog_proof(text));
  if (!proof.extra || !is_utf8(as_text(*proof.extra))) {
    return failure(Errc::invalid_input, "tlog proof: its extra line is not the entry");
  }
  Receipt receipt{std::move(*proof.extra), std::move(proof)};
  receipt.proof.extra.reset();
  return receipt;
}

/// Looks for the checkpoint that a receipt is made under.
class ReceiptSearch final {
 public:
  ReceiptSearch(Store& store, LogIndex index, const VerifierKey& key, const Policy* policy)
      : store_(store), index_(index), key_(key), policy_(policy) {}

  Result<std::optional<std::string>> run() {
    MUSTER_TRY_ASSIGN(std::uint64_t next, Coverage(store_).first(index_));
    next -= std::min(next, std::uint64_t{checkpoint_page});  // some may stand out of order
    for (; judged_ < most_judged; next += checkpoint_page) {
      MUSTER_TRY_ASSIGN(const auto texts, store_.checkpoints_from(next, checkpoint_page));
      if (serves(texts)) return found_;
      if (judged_ < most_judged && texts.size() < checkpoint_page) return signed_;
    }
    judged_ = 0;
    MUSTER_TRY_ASSIGN(const auto newest, store_.newest_checkpoints(0, most_judged));
    return serves(newest) ? found_ : signed_;
  }

 private:
  [[nodiscard]] bool covers(const std::string& text) const {
    const auto checkpoint = parse_checkpoint(text);
    return checkpoint && checkpoint->size.value > index_.value;
  }

  /// Whether one of the texts, taken in order, is what is looked for.
  bool serves(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      if (judged_ == most_judged) return false;
      if (!covers(text) || !verify_log_checkpoint(text, key_)) continue;
      ++judged_;
      if (!signed_) signed_ = text;
      if (policy_ != nullptr) {
        const auto verdict = accepts(text, *policy_, &key_);
        if (!verdict || !verdict->accepted()) continue;
      }
      found_ = text;
      return true;
    }
    return false;
  }

  Store& store_;
  LogIndex index_;
  const VerifierKey& key_;
  const Policy* policy_;
  std::size_t judged_ = 0;
  std::optional<std::string> signed_;
  std::optional<std::string> found_;
};

}  // namespace

Result<Receipt> make_receipt(Store& store, LogIndex index, std::string_view checkpoint) {
  MUSTER_TRY_ASSIGN(const Checkpoint parsed, parse_checkpoint(checkpoint));
  MUSTER_TRY_ASSIGN(Proof hashes, prove_inclusion(store, index, parsed.size));
  MUSTER_TRY_ASSIGN(auto entries, store.read(index, 1));
  if (entries.empty()) return failure(Errc::corrupt, "receipt: the entry is missing");
  MUSTER_TRY(parse_stored_entry(entries.front(), index));
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

std::string encode_receipt_as_tlog_proof(const Receipt& receipt) {
  TlogProof proof = receipt.proof;
  proof.extra = receipt.entry;
  return encode_tlog_proof(proof);
}

Result<Receipt> parse_receipt(std::string_view text) {
  if (text.starts_with(tlog_proof_start)) return receipt_from_tlog_proof(text);
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
  return verify_receipt(receipt, std::span(&key, 1));
}

Result<ReceiptFacts> verify_receipt(const Receipt& receipt, std::span<const VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(Checkpoint checkpoint, verify_log_checkpoint(receipt.proof.checkpoint, keys));
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
  return ReceiptFacts{.entry = std::move(entry), .checkpoint = std::move(checkpoint)};
}

Result<ReceiptFacts> verify_receipt(const Receipt& receipt, const VerifierKey& key,
                                    const Policy& policy) {
  MUSTER_TRY_ASSIGN(ReceiptFacts facts, verify_receipt(receipt, key));
  MUSTER_TRY_ASSIGN(PolicyVerdict verdict, accepts(receipt.proof.checkpoint, policy, &key));
  facts.cosigned_by = std::move(verdict.cosigned_by);
  facts.missing = std::move(verdict.missing);
  if (verdict.log) facts.quorum_at = verdict.quorum_at;
  return facts;
}

Result<std::optional<std::string>> checkpoint_for_receipt(Store& store, LogIndex index,
                                                          const VerifierKey& key,
                                                          const Policy* policy) {
  return ReceiptSearch(store, index, key, policy).run();
}

}  // namespace muster::ledger
