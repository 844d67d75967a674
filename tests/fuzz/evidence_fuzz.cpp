// Evidence has one canonical form. It never convicts an operator who signed nothing; nor one who
// signed one history only, whatever hashes and proofs it is put together with; and where an
// operator signed all of it, two checkpoints convict if and only if they are shown to be a fork.

#include "ledger/base/check.hpp"
#include "ledger/evidence.hpp"
#include "tests/fuzz/honest_operator.hpp"

namespace {

using namespace muster;
using namespace muster::ledger;
using fuzz::HonestOperator;

/// The size that a note speaks of, as one that the honest log has.
std::uint64_t honest_size(const std::string& note) {
  const auto checkpoint = parse_checkpoint(note);
  return checkpoint ? checkpoint->size.value % (HonestOperator::entries + 1) : 0;
}

std::string honest_note(const std::string& note) {
  return HonestOperator::instance().checkpoint(honest_size(note));
}

Receipt honest_receipt(const Receipt& receipt) {
  HonestOperator& honest = HonestOperator::instance();
  const std::uint64_t index = receipt.proof.index.value % HonestOperator::entries;
  return make_receipt(honest.store(), {index}, honest.checkpoint(HonestOperator::entries)).value();
}

/// The same evidence with every signed part as the honest operator made it.
struct SignedHonestly {
  Evidence operator()(CheckpointPair pair) const {
    return CheckpointPair{honest_note(pair.first), honest_note(pair.second),
                          std::move(pair.prefix)};
  }
  Evidence operator()(RewriteEvidence rewrite) const {
    rewrite.receipt = honest_receipt(rewrite.receipt);
    rewrite.checkpoint = honest_note(rewrite.checkpoint);
    return rewrite;
  }
  Evidence operator()(const DisorderEvidence& disorder) const {
    return DisorderEvidence{honest_receipt(disorder.earlier), honest_receipt(disorder.later)};
  }
};

/// What an operator without scruples signs: whatever the note says, under its own name.
std::optional<std::string> signed_anyway(const std::string& note) {
  const auto checkpoint = parse_checkpoint(note);
  if (!checkpoint) return std::nullopt;
  return sign_checkpoint(*checkpoint, HonestOperator::origin, HonestOperator::instance().signer());
}

void check_relation(const CheckpointPair& pair) {
  const auto first = signed_anyway(pair.first);
  const auto second = signed_anyway(pair.second);
  if (!first || !second) return;
  const CheckpointPair as_signed{*first, *second, pair.prefix};
  const std::span key(&HonestOperator::instance().key(), 1);
  const auto facts = judge_pair(as_signed, key);
  const bool forked = facts && facts->relation == CheckpointRelation::fork;
  MUSTER_CHECK(judge_evidence(as_signed, key).has_value() == forked);
  if (!facts || facts->first.size != facts->second.size) return;
  MUSTER_CHECK(forked == (facts->first.root != facts->second.root));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const VerifierKey stranger(
      "log.example/golden", crypto::Ed25519Signer(std::array<std::uint8_t, 32>{7}).public_key());
  const auto evidence = parse_evidence(as_text(ByteView(data, size)));
  if (!evidence) return 0;
  const std::string normal = encode_evidence(*evidence);
  MUSTER_CHECK(parse_evidence(normal).value() == *evidence);
  MUSTER_CHECK(!judge_evidence(*evidence, std::span(&stranger, 1)));
  const Evidence honest = std::visit(SignedHonestly(), *evidence);
  MUSTER_CHECK(!judge_evidence(honest, std::span(&HonestOperator::instance().key(), 1)));
  if (const auto* const pair = std::get_if<CheckpointPair>(&*evidence)) check_relation(*pair);
  return 0;
}
