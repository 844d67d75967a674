#include "attestation/device/acknowledgement.hpp"

#include <algorithm>

#include "attestation/cbor/writer.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {
namespace {

constexpr std::uint64_t pairs = 5;
constexpr std::uint64_t ueid_key = 256;
constexpr std::uint64_t profile_key = 265;
constexpr std::int64_t counter_key = -70'001;
constexpr std::int64_t entry_key = -70'002;
constexpr std::int64_t time_key = -70'011;

std::uint64_t log_number(CborReader& reader, std::int64_t key) {
  reader.require(reader.integer() == key);
  const std::uint64_t value = reader.unsigned_integer();
  reader.require(value < max_log_number);
  return value;
}

Acknowledgement acknowledged(CborReader& reader) {
  Acknowledgement claims;
  reader.require(reader.map() == pairs);
  reader.require(reader.unsigned_integer() == ueid_key);
  const ByteView ueid = reader.byte_string();
  reader.require(ueid.size() == Ueid::size_bytes && ueid[0] == 1);
  if (reader.ok()) std::ranges::copy(ueid, claims.ueid.bytes.begin());
  reader.require(reader.unsigned_integer() == profile_key);
  reader.require(reader.text() == acknowledgement_profile);
  claims.counter = log_number(reader, counter_key);
  reader.require(reader.integer() == entry_key);
  const auto entry = Hash::from_bytes(reader.byte_string());
  reader.require(entry.has_value());
  claims.entry = entry.value_or(Hash{});
  claims.time_ms = log_number(reader, time_key);
  return claims;
}

}  // namespace

Hash acknowledger_name(const crypto::PublicKey& key) {
  return crypto::sha256(ByteView(key.bytes()));
}

Bytes encoded_claims(const Acknowledgement& acknowledgement) {
  Bytes out;
  CborWriter writer(out);
  writer.map(pairs);
  writer.unsigned_integer(ueid_key);
  writer.bytes(acknowledgement.ueid.bytes);
  writer.unsigned_integer(profile_key);
  writer.text(acknowledgement_profile);
  writer.integer(counter_key);
  writer.unsigned_integer(acknowledgement.counter);
  writer.integer(entry_key);
  writer.bytes(acknowledgement.entry.view());
  writer.integer(time_key);
  writer.unsigned_integer(acknowledgement.time_ms);
  return out;
}

Result<Bytes> signed_acknowledgement(const Acknowledgement& acknowledgement,
                                     const crypto::Signer& key) {
  return signed_sign1(encoded_claims(acknowledgement), key);
}

Result<PresentedAcknowledgement> parsed_acknowledgement(ByteView bytes) {
  MUSTER_TRY_ASSIGN(const Sign1 message, parsed_sign1(bytes));
  CborReader reader(message.payload);
  const PresentedAcknowledgement presented{acknowledged(reader), message, bytes};
  if (reader.ok() && reader.at_end()) return presented;
  const std::string_view fault =
      reader.ok() ? "bytes follow the claims" : cbor_fault_text(reader.fault());
  return failure(Errc::invalid_input, "acknowledgement: claims, offset " +
                                          std::to_string(reader.offset()) + ": " +
                                          std::string(fault));
}

PresentedAcknowledgements acknowledgements_in(ByteView sequence) {
  PresentedAcknowledgements found;
  while (!sequence.empty()) {
    const auto size = well_formed_size(sequence);
    const auto item = size ? parsed_acknowledgement(sequence.first(*size))
                           : Result<PresentedAcknowledgement>(failure(Errc::invalid_input, ""));
    if (item) {
      found.items.push_back(*item);
    } else {
      ++found.unreadable;
    }
    if (!size) break;
    sequence = sequence.subspan(*size);
  }
  std::ranges::stable_sort(
      found.items, {}, [](const PresentedAcknowledgement& item) { return item.claims.counter; });
  return found;
}

}  // namespace muster::attestation
