// Delay proofs and policies: what is taken is written as it means, and no proof serves for another
// number of squarings.

#include "attestation/delay/delay_document.hpp"
#include "attestation/delay/delay_policy.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/file.hpp"

namespace {

using namespace muster;
using namespace muster::attestation;

const DelayPolicy& shipped_policy() {
  static const DelayPolicy policy = [] {
    const auto text = read_text_file(std::string(MUSTER_SOURCE_ROOT) + "/data/delay/rsa-2048.json");
    MUSTER_CHECK(text.has_value());
    return parse_delay_policy(parse_json(*text).value()).value();
  }();
  return policy;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
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
