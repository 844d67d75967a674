// What is accepted as COSE_Sign1 is well-formed CBOR to its last byte; a head that is accepted has
// claims that encode to the payload.

#include <algorithm>

#include "attestation/cbor/reader.hpp"
#include "attestation/device/head.hpp"
#include "ledger/base/check.hpp"

int fuzz_cose(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  using namespace muster::attestation;
  const ByteView bytes(data, size);
  CborReader reader(bytes);
  reader.skip();
  const auto measured = well_formed_size(bytes);
  if (reader.ok()) MUSTER_CHECK(measured == reader.offset());
  const auto message = parsed_sign1(bytes);
  if (message) MUSTER_CHECK(measured == size && reader.ok());
  const auto head = parsed_head(bytes);
  if (head) {
    MUSTER_CHECK(message.has_value());
    const Bytes again = encoded_claims(head->head);
    MUSTER_CHECK(std::ranges::equal(again, head->message.payload));
  }
  return 0;
}
