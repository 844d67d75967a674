// Any bytes are read as a sequence of acknowledgements; each that is found has claims that encode
// to what was signed, lies within the bytes, and they rise by counter.

#include <algorithm>

#include "attestation/device/acknowledgement.hpp"
#include "ledger/base/check.hpp"

int fuzz_acknowledgement(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  using namespace muster::attestation;
  const ByteView bytes(data, size);
  const PresentedAcknowledgements found = acknowledgements_in(bytes);
  std::size_t covered = 0;
  std::uint64_t before = 0;
  for (const PresentedAcknowledgement& item : found.items) {
    MUSTER_CHECK(std::ranges::equal(encoded_claims(item.claims), item.message.payload));
    MUSTER_CHECK(item.bytes.data() >= data && item.bytes.data() + item.bytes.size() <= data + size);
    MUSTER_CHECK(item.claims.counter >= before);
    const auto again = parsed_acknowledgement(item.bytes);
    MUSTER_CHECK(again && again->claims == item.claims);
    before = item.claims.counter;
    covered += item.bytes.size();
  }
  MUSTER_CHECK(covered <= size);
  MUSTER_CHECK(covered == size || found.unreadable > 0);
  return 0;
}
