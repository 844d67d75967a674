#include "ledger/evidence.hpp"

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/evidence_json.hpp"

namespace muster::ledger {
namespace {

constexpr std::size_t evidence_name_digits = 16;

template <class... Judges>
struct EvidenceCases : Judges... {
  using Judges::operator()...;
};
template <class... Judges>
EvidenceCases(Judges...) -> EvidenceCases<Judges...>;

Result<Evidence> parse_fork(FieldReader& fields) {
  CheckpointPair fork;
  MUSTER_TRY_ASSIGN(fork.first, fields.text("first"));
  MUSTER_TRY_ASSIGN(fork.second, fields.text("second"));
  if (fields.has("prefix")) {
    MUSTER_TRY_ASSIGN(const Json* json, fields.object("prefix"));
    MUSTER_TRY_ASSIGN(FieldReader inner, FieldReader::open(*json, fields.path("prefix")));
    PrefixRoot prefix;
    MUSTER_TRY_ASSIGN(prefix.root, inner.hash("root"));
    MUSTER_TRY_ASSIGN(prefix.proof, hashes_field(inner));
    MUSTER_TRY(inner.finish());
    fork.prefix = std::move(prefix);
  }
  return Evidence(std::move(fork));
}

Result<Evidence> parse_rewrite(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(Receipt receipt, receipt_field(fields, "receipt"));
  MUSTER_TRY_ASSIGN(std::string checkpoint, fields.text("checkpoint"));
  MUSTER_TRY_ASSIGN(const Hash leaf, fields.hash("leaf"));
  MUSTER_TRY_ASSIGN(Proof proof, hashes_field(fields));
  return Evidence(
      RewriteEvidence{std::move(receipt), std::move(checkpoint), leaf, std::move(proof)});
}

Result<Evidence> parse_disorder(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(Receipt earlier, receipt_field(fields, "earlier"));
  MUSTER_TRY_ASSIGN(Receipt later, receipt_field(fields, "later"));
  return Evidence(DisorderEvidence{std::move(earlier), std::move(later)});
}

tl::unexpected<Error> no_contradiction(const std::string& why) {
  return refusal("evidence.no_contradiction", why);
}

std::string entry_count(TreeSize size) { return std::to_string(size.value) + " entries"; }

std::string place_of(LogIndex index) { return "entry " + std::to_string(index.value); }

/// Errors: those of `judge_pair`; `evidence.unconnected`, `evidence.no_contradiction`.
Result<Conviction> judge_fork(const CheckpointPair& fork, std::span<const VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(const PairFacts facts, judge_pair(fork, keys));
  const Checkpoint& first = facts.first;
  const Checkpoint& second = facts.second;
  if (facts.relation == CheckpointRelation::unconnected) {
    return refusal("evidence.unconnected",
                   "nothing shows yet how the checkpoint of " + entry_count(second.size) +
                       " begins: the log owes a consistency proof from " + entry_count(first.size));
  }
  if (facts.relation != CheckpointRelation::fork) {
    return no_contradiction("both checkpoints are of one history");
  }
  const std::string signed_root = "the operator signed root " + first.root.to_hex();
  if (first.size.value == 0) {
    return Conviction{"fork", first.origin, signed_root + " for an empty log, which no log has"};
  }
  const Hash& root = fork.prefix ? fork.prefix->root : second.root;
  return Conviction{"fork", first.origin,
                    signed_root + " for the first " + entry_count(first.size) +
                        ", and in a checkpoint of " + entry_count(second.size) + " root " +
                        root.to_hex()};
}

/// What is signed for two logs contradicts nothing.
Result<void> of_one_log(const Checkpoint& one, const Checkpoint& other) {
  if (one.origin == other.origin) return {};
  return refusal("evidence.origin",
                 "one part is of log " + one.origin + ", the other of log " + other.origin);
}

Result<Conviction> judge_rewrite(const RewriteEvidence& rewrite,
                                 std::span<const VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(const ReceiptFacts facts, verify_receipt(rewrite.receipt, keys));
  MUSTER_TRY_ASSIGN(const Checkpoint checkpoint, verify_log_checkpoint(rewrite.checkpoint, keys));
  MUSTER_TRY(of_one_log(facts.checkpoint, checkpoint));
  if (!inclusion_verifies(rewrite.leaf, facts.entry.index, checkpoint.head(), rewrite.proof)) {
    return refusal("evidence.proof", "does not lead to the root of the checkpoint");
  }
  const Hash promised = leaf_hash(rewrite.receipt.entry);
  if (rewrite.leaf == promised) {
    return no_contradiction("the entry of the receipt stands in both trees");
  }
  return Conviction{"rewrite", checkpoint.origin,
                    "the operator signed " + place_of(facts.entry.index) + " with leaf hash " +
                        promised.to_hex() + ", and in a checkpoint of " +
                        entry_count(checkpoint.size) + " one with leaf hash " +
                        rewrite.leaf.to_hex()};
}

Result<Conviction> judge_disorder(const DisorderEvidence& disorder,
                                  std::span<const VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(const ReceiptFacts earlier, verify_receipt(disorder.earlier, keys));
  MUSTER_TRY_ASSIGN(const ReceiptFacts later, verify_receipt(disorder.later, keys));
  MUSTER_TRY(of_one_log(earlier.checkpoint, later.checkpoint));
  const bool in_order = earlier.entry.index < later.entry.index;
  if (!in_order || earlier.entry.accepted_at <= later.entry.accepted_at) {
    return no_contradiction("the times follow the order of the entries");
  }
  return Conviction{"disorder", earlier.checkpoint.origin,
                    "the operator signed " + place_of(later.entry.index) + " as accepted at " +
                        later.entry.accepted_at.to_string() + ", behind " +
                        place_of(earlier.entry.index) + " of " +
                        earlier.entry.accepted_at.to_string()};
}

}  // namespace

std::string_view evidence_kind(const Evidence& evidence) {
  return std::visit(
      EvidenceCases{[](const CheckpointPair&) { return std::string_view("fork"); },
                    [](const RewriteEvidence&) { return std::string_view("rewrite"); },
                    [](const DisorderEvidence&) { return std::string_view("disorder"); }},
      evidence);
}

std::string encode_evidence(const Evidence& evidence) {
  Json json =
      std::visit(EvidenceCases{[](const CheckpointPair& fork) {
                                 Json fields = {{"first", fork.first}, {"second", fork.second}};
                                 if (fork.prefix) {
                                   fields["prefix"] = {{"root", fork.prefix->root.to_hex()},
                                                       {"proof", hashes_json(fork.prefix->proof)}};
                                 }
                                 return fields;
                               },
                               [](const RewriteEvidence& rewrite) {
                                 return Json{{"receipt", receipt_json(rewrite.receipt)},
                                             {"checkpoint", rewrite.checkpoint},
                                             {"leaf", rewrite.leaf.to_hex()},
                                             {"proof", hashes_json(rewrite.proof)}};
                               },
                               [](const DisorderEvidence& disorder) {
                                 return Json{{"earlier", receipt_json(disorder.earlier)},
                                             {"later", receipt_json(disorder.later)}};
                               }},
                 evidence);
  json["kind"] = evidence_kind(evidence);
  json["v"] = 1;
  return canonical_json(json);
}

std::string evidence_file_name(const Evidence& evidence) {
  const Hash hash = crypto::sha256(encode_evidence(evidence));
  return std::string(evidence_kind(evidence)) + "-" +
         hash.to_hex().substr(0, evidence_name_digits) + ".json";
}

Result<Evidence> parse_evidence(std::string_view text) {
  if (text.size() > max_evidence_bytes) {
    return failure(Errc::invalid_input, "evidence: got " + std::to_string(text.size()) +
                                            " bytes, want at most " +
                                            std::to_string(max_evidence_bytes));
  }
  auto json = parse_json(text);
  if (!json) return failure(std::move(json).error().during("evidence"));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(*json, "evidence"));
  MUSTER_TRY(fields.integer("v", 1, 1));
  MUSTER_TRY_ASSIGN(const std::string kind, fields.text("kind"));
  auto evidence = kind == "fork"      ? parse_fork(fields)
                  : kind == "rewrite" ? parse_rewrite(fields)
                  : kind == "disorder"
                      ? parse_disorder(fields)
                      : Result<Evidence>(failure(Errc::invalid_input,
                                                 "evidence.kind: got \"" + kind.substr(0, 40) +
                                                     "\", want fork, rewrite or disorder"));
  if (!evidence) return evidence;
  MUSTER_TRY(fields.finish());
  return evidence;
}

Result<Conviction> judge_evidence(const Evidence& evidence,
                                  std::span<const VerifierKey> operator_keys) {
  return std::visit(
      EvidenceCases{
          [&](const CheckpointPair& fork) { return judge_fork(fork, operator_keys); },
          [&](const RewriteEvidence& rewrite) { return judge_rewrite(rewrite, operator_keys); },
          [&](const DisorderEvidence& disorder) {
            return judge_disorder(disorder, operator_keys);
          }},
      evidence);
}

}  // namespace muster::ledger
