#include "attestation/cose/sign1.hpp"

#include <optional>
#include <string>

#include "attestation/cbor/reader.hpp"
#include "attestation/cbor/writer.hpp"

namespace muster::attestation {
namespace {

constexpr std::int64_t algorithm_label = 1;
constexpr std::int64_t critical_label = 2;

tl::unexpected<Error> bad(const CborReader& reader) {
  return failure(Errc::invalid_input, "COSE_Sign1: offset " + std::to_string(reader.offset()) +
                                          ": " + std::string(cbor_fault_text(reader.fault())));
}

// The algorithm of a protected header. Labels may be integers or text; a header that names
// critical labels is refused, since none beyond the algorithm is understood here.
Result<std::int64_t> algorithm_in(ByteView header) {
  CborReader whole(header);
  whole.skip();
  if (!whole.ok() || !whole.at_end()) return bad(whole);
  CborReader reader(header);
  const std::uint64_t pairs = reader.map();
  std::optional<std::int64_t> algorithm;
  for (std::uint64_t i = 0; i < pairs && reader.ok(); ++i) {
    const bool is_integer = header[reader.offset()] < 0x40;
    const std::int64_t label = is_integer ? reader.integer() : 0;
    if (!is_integer) reader.skip();
    if (label == critical_label) {
      return failure(Errc::invalid_input, "COSE_Sign1: critical headers are not understood");
    }
    if (label == algorithm_label) {
      algorithm = reader.integer();
    } else {
      reader.skip();
    }
  }
  if (!reader.ok()) return bad(reader);
  if (algorithm) return *algorithm;
  return failure(Errc::invalid_input, "COSE_Sign1: no algorithm in the protected header");
}

Bytes protected_header(std::int64_t algorithm) {
  Bytes header;
  CborWriter writer(header);
  writer.map(1);
  writer.integer(algorithm_label);
  writer.integer(algorithm);
  return header;
}

}  // namespace

Result<Sign1> parsed_sign1(ByteView bytes) {
  if (bytes.size() > max_sign1_bytes) {
    return failure(Errc::invalid_input, "COSE_Sign1: got " + std::to_string(bytes.size()) +
                                            " bytes, want at most " +
                                            std::to_string(max_sign1_bytes));
  }
  CborReader reader(bytes);
  reader.require(reader.tag() == cose_sign1_tag);
  reader.require(reader.array() == 4);
  Sign1 message{reader.byte_string(), {}, {}, 0};
  CborReader unprotected = reader;  // must be a map; what it holds is not signed and not used
  unprotected.map();
  if (!unprotected.ok()) return bad(unprotected);
  reader.skip();
  message.payload = reader.byte_string();
  message.signature = reader.byte_string();
  if (!reader.ok()) return bad(reader);
  if (!reader.at_end()) {
    return failure(Errc::invalid_input, "COSE_Sign1: bytes follow the message");
  }
  MUSTER_TRY_ASSIGN(message.algorithm, algorithm_in(message.protected_header));
  return message;
}

Bytes sign1_signed_bytes(ByteView protected_header, ByteView payload) {
  Bytes out;
  out.reserve(protected_header.size() + payload.size() + 32);
  CborWriter writer(out);
  writer.array(4);
  writer.text("Signature1");
  writer.bytes(protected_header);
  writer.bytes({});
  writer.bytes(payload);
  return out;
}

std::int64_t cose_algorithm(const crypto::PublicKey& key) {
  const std::string_view name = key.algorithm();
  if (name == "p256") return cose_es256;
  return name == "p384" ? cose_es384 : cose_eddsa;
}

bool sign1_verifies(const Sign1& message, const crypto::PublicKey& key) {
  if (message.algorithm != cose_algorithm(key)) return false;
  return key.verifies(sign1_signed_bytes(message.protected_header, message.payload),
                      message.signature);
}

Result<Bytes> signed_sign1(ByteView payload, const crypto::Signer& signer) {
  const Bytes header = protected_header(cose_algorithm(signer.verifying_key()));
  MUSTER_TRY_ASSIGN(const Bytes signature,
                    signer.signature_over(sign1_signed_bytes(header, payload)));
  Bytes out;
  out.reserve(payload.size() + 112);
  CborWriter writer(out);
  writer.tag(cose_sign1_tag);
  writer.array(4);
  writer.bytes(header);
  writer.map(0);
  writer.bytes(payload);
  writer.bytes(signature);
  return out;
}

}  // namespace muster::attestation
