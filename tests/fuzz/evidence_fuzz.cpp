// Evidence has one canonical form. It never convicts an operator who signed nothing; nor one who
// signed one history only, whatever hashes and proofs it is put together with; and where an
// operator signed all of it, two checkpoints convict if and only if they are shown to be a fork: by
// what the evidence has, and, with the proofs that a log gives, by the entries themselves.

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
  ledger::Evidence operator()(CheckpointPair pair) const {
    return CheckpointPair{honest_note(pair.first), honest_note(pair.second),
                          std::move(pair.prefix)};
  }
  ledger::Evidence operator()(RewriteEvidence rewrite) const {
    rewrite.receipt = honest_receipt(rewrite.receipt);
    rewrite.checkpoint = honest_note(rewrite.checkpoint);
    return rewrite;
  }
  ledger::Evidence operator()(const DisorderEvidence& disorder) const {
    return DisorderEvidence{honest_receipt(disorder.earlier), honest_receipt(disorder.later)};
  }
};

constexpr std::uint64_t parted_at = 17;

/// The histories of an operator who shows two: they part at entry `parted_at`.
std::vector<Hash> history(bool other) {
  std::vector<Hash> leaves;
  for (std::uint64_t i = 0; i < HonestOperator::entries; ++i) {
    const bool parted = other && i >= parted_at;
    leaves.push_back(leaf_hash(as_bytes((parted ? "other " : "leaf ") + std::to_string(i))));
  }
  return leaves;
}

std::span<const Hash> beginning(bool other, std::uint64_t size) {
  static const std::vector<Hash> one = history(false);
  static const std::vector<Hash> two = history(true);
  return std::span(other ? two : one).first(size);
}

std::string signed_by_operator(Checkpoint checkpoint) {
  checkpoint.origin = HonestOperator::origin;
  return sign_checkpoint(checkpoint, HonestOperator::origin, HonestOperator::instance().signer());
}

bool convicts(const CheckpointPair& pair) {
  return judge_evidence(pair, std::span(&HonestOperator::instance().key(), 1)).has_value();
}

/// Whether two checkpoints contradict each other by what is shown of them.
bool is_shown_fork(const Checkpoint& first, const Checkpoint& second,
                   const std::optional<PrefixRoot>& prefix) {
  if (first.size == second.size) return !prefix && first.root != second.root;
  if (first.size.value == 0) return !prefix && first.root != empty_root();
  return first.size < second.size && prefix && prefix->root != first.root &&
         consistency_verifies({first.size, prefix->root}, second.head(), prefix->proof);
}

/// An operator without scruples signed both notes, whatever they say.
void check_signed_anyway(const CheckpointPair& pair, const Checkpoint& first,
                         const Checkpoint& second) {
  const CheckpointPair as_signed{signed_by_operator(first), signed_by_operator(second),
                                 pair.prefix};
  MUSTER_CHECK(convicts(as_signed) == is_shown_fork(first, second, pair.prefix));
}

/// An operator with two histories signed the sizes that the notes name, each of the history that
/// its root's first bit says: by the leaves themselves he forked or not.
void check_two_histories(const CheckpointPair& pair, const Checkpoint& one, const Checkpoint& two) {
  struct Claim {
    std::uint64_t size;
    bool other;
  };
  const auto claim_of = [](const Checkpoint& checkpoint) {
    return Claim{checkpoint.size.value % (HonestOperator::entries + 1),
                 (checkpoint.root.bytes[0] & 1U) != 0};
  };
  Claim first = claim_of(one);
  Claim second = claim_of(two);
  if (second.size < first.size) std::swap(first, second);
  const auto note_of = [](const Claim& claim) {
    return signed_by_operator(
        {{}, {claim.size}, root_hash(beginning(claim.other, claim.size)), {}});
  };
  CheckpointPair shown{note_of(first), note_of(second), std::nullopt};
  if (first.size > 0 && first.size < second.size) {
    const SubtreeHash subtree = subtree_hash_of(beginning(second.other, second.size));
    shown.prefix = {root_hash(beginning(second.other, first.size)),
                    consistency_proof({first.size}, {second.size}, subtree).value()};
  }
  const bool forked = first.other != second.other && first.size > parted_at;
  MUSTER_CHECK(convicts(shown) == forked);
  shown.prefix = pair.prefix;
  MUSTER_CHECK(forked || !convicts(shown));
}

void check_pair(const CheckpointPair& pair) {
  const auto first = parse_checkpoint(pair.first);
  const auto second = parse_checkpoint(pair.second);
  if (!first || !second) return;
  check_signed_anyway(pair, *first, *second);
  check_two_histories(pair, *first, *second);
}

}  // namespace

int fuzz_evidence(const std::uint8_t* data, std::size_t size) {
  static const VerifierKey stranger(
      "log.example/golden", crypto::Ed25519Signer(std::array<std::uint8_t, 32>{7}).public_key());
  const auto evidence = parse_evidence(as_text(ByteView(data, size)));
  if (!evidence) return 0;
  const std::string normal = encode_evidence(*evidence);
  MUSTER_CHECK(parse_evidence(normal).value() == *evidence);
  MUSTER_CHECK(!judge_evidence(*evidence, std::span(&stranger, 1)));
  const ledger::Evidence honest = std::visit(SignedHonestly(), *evidence);
  MUSTER_CHECK(!judge_evidence(honest, std::span(&HonestOperator::instance().key(), 1)));
  if (const auto* const pair = std::get_if<CheckpointPair>(&*evidence)) check_pair(*pair);
  return 0;
}
