// Delay proofs and policies: what is taken is written as it means, and no proof serves for another
// number of squarings.

#include "attestation/delay/delay_document.hpp"
#include "attestation/delay/delay_policy.hpp"
#include "ledger/base/check.hpp"
#include "tests/fuzz/shipped_policy.hpp"

namespace {

using namespace muster;
using namespace muster::attestation;
using test::shipped_policy;

}  // namespace

int fuzz_delay(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text(ByteView(data, size));
  if (const auto document = parse_delay_document(text)) {
    MUSTER_CHECK(encode_delay_document(*document) == text);
    const auto& modulus = shipped_policy().modulus;
    if (crypto::delay_verifies(modulus, document->task, document->proof)) {
      crypto::DelayTask other = document->task;
      ++other.squarings;
      MUSTER_CHECK(!crypto::delay_verifies(modulus, other, document->proof));
    }
  }
  const auto json = parse_json(text);
  if (!json) return 0;
  if (const auto policy = parse_delay_policy(*json)) {
    const auto again = parse_delay_policy(delay_policy_json(*policy));
    MUSTER_CHECK(again.has_value() && *again == *policy);
    MUSTER_CHECK(elapsed_at_least_ms(*policy, crypto::max_delay_squarings) <=
                 crypto::max_delay_squarings * 1000);
  }
  return 0;
}
