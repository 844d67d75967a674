// A signed checkpoint prints as it was read; who did not sign it is not behind it; whoever signs
// its text is, whatever other signatures stand beside. One that the honest operator's key verifies
// says what that operator signed.

#include "ledger/base/check.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/policy.hpp"
#include "ledger/proofs.hpp"
#include "tests/fuzz/honest_operator.hpp"

namespace {

using namespace muster;
using namespace muster::ledger;
using fuzz::HonestOperator;

const crypto::Ed25519Signer& second_key() {
  static const crypto::Ed25519Signer signer(std::array<std::uint8_t, 32>{11});
  return signer;
}

/// The extra lines are no part of what a log says of its tree, so the operator vouches for none.
void check_honest(std::string_view note) {
  HonestOperator& honest = HonestOperator::instance();
  const auto checkpoint = verify_log_checkpoint(note, honest.key());
  if (!checkpoint) return;
  MUSTER_CHECK(checkpoint->origin == HonestOperator::origin);
  MUSTER_CHECK(checkpoint->size.value <= HonestOperator::entries);
  MUSTER_CHECK(root_at(honest.store(), checkpoint->size).value() == checkpoint->root);
  MUSTER_CHECK(
      accepts(note, Policy::parse("quorum none\n").value(), &honest.key()).value().accepted());
}

/// Signed anew, beside the signatures that are there.
void check_signed_again(const Note& note, const Checkpoint& checkpoint) {
  const VerifierKey key("second", second_key().public_key());
  const Note mine = sign_note(note.text, "second", second_key());
  MUSTER_CHECK(parse_checkpoint_text(mine.text).value() == checkpoint);
  MUSTER_CHECK(verify_checkpoint(encode_note(mine), key).value() == checkpoint);
  const bool is_named_so = checkpoint.origin == "second";
  MUSTER_CHECK(verify_log_checkpoint(encode_note(mine), key).has_value() == is_named_so);
  Note both = note;
  both.signatures.push_back(mine.signatures.front());
  const auto verified = verify_checkpoint(encode_note(both), key);
  // Unless there were too many for one note, or one in that name.
  if (verified) MUSTER_CHECK(*verified == checkpoint);
}

}  // namespace

int fuzz_checkpoint(const std::uint8_t* data, std::size_t size) {
  static const VerifierKey stranger(
      HonestOperator::origin, crypto::Ed25519Signer(std::array<std::uint8_t, 32>{12}).public_key());
  const std::string_view text = as_text(ByteView(data, size));
  const auto checkpoint = parse_checkpoint(text);
  if (!checkpoint) {
    MUSTER_CHECK(checkpoint.error().code == Errc::invalid_input);
    MUSTER_CHECK(!verify_checkpoint(text, HonestOperator::instance().key()));
    return 0;
  }
  const Note note = parse_note(text).value();
  MUSTER_CHECK(encode_note(note) == text);
  MUSTER_CHECK(checkpoint_text(*checkpoint) == note.text);
  MUSTER_CHECK(!verify_checkpoint(text, stranger));
  check_honest(text);
  check_signed_again(note, *checkpoint);
  return 0;
}
