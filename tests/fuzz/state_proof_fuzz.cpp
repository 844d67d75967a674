#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/proof/claims.hpp"

using namespace muster::registry;

namespace {

/// Judging, and putting into words what is shown: by the key that signed the corpus, so that what
/// lies behind the checkpoint is reached, and by a stranger's, which signed nothing.
template <class Proof, class Judge>
void judge(const Proof& proof, const Judge& by) {
  const auto key_of = [](std::string_view seed) {
    const muster::Hash hash = muster::crypto::sha256(seed);
    return muster::ledger::VerifierKey("test.example/registry",
                                       muster::crypto::Ed25519Signer(hash.bytes).public_key());
  };
  static const auto known = key_of("key of operator");
  static const auto stranger = key_of("key of a stranger");
  if (const auto facts = by(proof, known)) MUSTER_CHECK(!claims_of(*facts).word.empty());
  const auto refused = by(proof, stranger);
  MUSTER_CHECK(!refused && !refused.error().rule.empty());
}

}  // namespace

// A proof has one spelling, is refused with a rule or judged without a crash, and shows nothing by
// a key that signed nothing.
int fuzz_state_proof(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto proof = parse_state_proof(text);
  if (!proof) {
    MUSTER_CHECK(proof.error().rule == "proof.unreadable");
    return 0;
  }
  const std::string again = encode_state_proof(*proof);
  MUSTER_CHECK(again == text || again + "\n" == text);
  if (const auto* chip = std::get_if<ChipProof>(&*proof)) judge(*chip, verify_chip_proof);
  if (const auto* roster = std::get_if<RosterProof>(&*proof)) judge(*roster, verify_roster_proof);
  return 0;
}
