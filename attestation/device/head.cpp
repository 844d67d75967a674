#include "attestation/device/head.hpp"

#include <algorithm>

#include "attestation/cbor/writer.hpp"
#include "ledger/base/check.hpp"

namespace muster::attestation {
namespace {

constexpr std::uint64_t claim_count = 14;
constexpr std::uint64_t nonce_claim = 10;
constexpr std::uint64_t ueid_claim = 256;
constexpr std::uint64_t profile_claim = 265;
constexpr std::int64_t first_private_claim = -70'000;

std::uint64_t claim_number(CborReader& reader, std::int64_t place) {
  reader.require(reader.integer() == first_private_claim - place);
  const std::uint64_t value = reader.unsigned_integer();
  reader.require(value < max_log_number);
  return value;
}

Hash claim_digest(CborReader& reader, std::int64_t place) {
  reader.require(reader.integer() == first_private_claim - place);
  const auto value = Hash::from_bytes(reader.byte_string());
  reader.require(value.has_value());
  return value.value_or(Hash{});
}

Head claims_from(CborReader& reader) {
  Head head;
  reader.require(reader.map() == claim_count);
  reader.require(reader.unsigned_integer() == nonce_claim);
  head.nonce = to_bytes(reader.byte_string());
  reader.require(head.nonce.size() >= min_nonce_bytes && head.nonce.size() <= max_nonce_bytes);
  reader.require(reader.unsigned_integer() == ueid_claim);
  const ByteView ueid = reader.byte_string();
  reader.require(ueid.size() == Ueid::size_bytes && ueid[0] == 1);
  if (reader.ok()) std::ranges::copy(ueid, head.ueid.bytes.begin());
  reader.require(reader.unsigned_integer() == profile_claim);
  reader.require(reader.text() == head_profile);
  head.epoch = claim_number(reader, 0);
  head.counter = claim_number(reader, 1);
  head.entry = claim_digest(reader, 2);
  head.clock_ms = claim_number(reader, 3);
  head.powered_ms = claim_number(reader, 4);
  head.boots = claim_number(reader, 5);
  head.wrapped_from = claim_number(reader, 6);
  head.wrapped_to = claim_number(reader, 7);
  head.firmware = claim_digest(reader, 8);
  const std::uint64_t svn = claim_number(reader, 9);
  reader.require(svn <= UINT32_MAX && head.wrapped_from <= head.wrapped_to);
  head.svn = static_cast<std::uint32_t>(svn & UINT32_MAX);
  reader.require(reader.integer() == first_private_claim - 10);
  head.clock_safe = reader.boolean();
  return head;
}

}  // namespace

Bytes encoded_claims(const Head& head) {
  Bytes out;
  out.reserve(288);
  CborWriter writer(out);
  std::int64_t key = first_private_claim;
  const auto number_field = [&](std::uint64_t value) {
    writer.integer(key--);
    writer.unsigned_integer(value);
  };
  const auto hash_field = [&](const Hash& value) {
    writer.integer(key--);
    writer.bytes(value.view());
  };
  writer.map(claim_count);
  writer.unsigned_integer(nonce_claim);
  writer.bytes(head.nonce);
  writer.unsigned_integer(ueid_claim);
  writer.bytes(head.ueid.bytes);
  writer.unsigned_integer(profile_claim);
  writer.text(head_profile);
  number_field(head.epoch);
  number_field(head.counter);
  hash_field(head.entry);
  number_field(head.clock_ms);
  number_field(head.powered_ms);
  number_field(head.boots);
  number_field(head.wrapped_from);
  number_field(head.wrapped_to);
  hash_field(head.firmware);
  number_field(head.svn);
  writer.integer(key);
  writer.boolean(head.clock_safe);
  return out;
}

Result<PresentedHead> parsed_head(ByteView bytes) {
  MUSTER_TRY_ASSIGN(const Sign1 message, parsed_sign1(bytes));
  CborReader reader(message.payload);
  PresentedHead presented{claims_from(reader), message};
  if (!reader.ok() || !reader.at_end()) {
    const std::string_view fault =
        reader.ok() ? "bytes follow the claims" : cbor_fault_text(reader.fault());
    return failure(Errc::invalid_input, "device head: claims, offset " +
                                            std::to_string(reader.offset()) + ": " +
                                            std::string(fault));
  }
  return presented;
}

Bytes signed_head(const Head& head, const crypto::Signer& device_key) {
  MUSTER_CHECK(head.nonce.size() >= min_nonce_bytes && head.nonce.size() <= max_nonce_bytes);
  auto message = signed_sign1(encoded_claims(head), device_key);
  MUSTER_CHECK(message.has_value());
  return std::move(*message);
}

}  // namespace muster::attestation
