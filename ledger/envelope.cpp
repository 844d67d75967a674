#include "ledger/envelope.hpp"

#include <algorithm>
#include <optional>

#include "ledger/base/base64.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/canonical_walk.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::ledger {
namespace {

std::string pae_head(std::string_view payload_type, std::size_t payload_bytes) {
  std::string head;
  head.reserve(payload_type.size() + 32);  // one piece of memory: every statement passes here twice
  head += "DSSEv1 ";
  head += std::to_string(payload_type.size());
  head += ' ';
  head += payload_type;
  head += ' ';
  head += std::to_string(payload_bytes);
  head += ' ';
  return head;
}

Result<void> check_known_fields(const Json& object, const std::string& where,
                                std::initializer_list<std::string_view> known) {
  if (!object.is_object()) {
    return failure(Errc::invalid_input, where + ": got " + json_kind(object) + ", want an object");
  }
  for (const auto& item : object.items()) {
    if (std::ranges::find(known, std::string_view(item.key())) != known.end()) continue;
    Error error{Errc::invalid_input, "envelope.unknown_field: " + where + "." + item.key(),
                "envelope.unknown_field"};
    return failure(std::move(error));
  }
  return {};
}

Result<Bytes> base64_field(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text(key));
  auto bytes = bytes_from_any_base64(text);
  if (!bytes) return failure(std::move(bytes).error().during(fields.path(key)));
  return bytes;
}

Result<EnvelopeSignature> parse_signature(const Json& json, const std::string& where) {
  MUSTER_TRY(check_known_fields(json, where, {"keyid", "sig"}));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(auto keyid, fields.parsed<crypto::KeyId>("keyid"));
  MUSTER_TRY_ASSIGN(Bytes bytes, base64_field(fields, "sig"));
  if (!crypto::is_signature_size(bytes.size())) {
    return failure(Errc::invalid_input, where + ".sig: got " + std::to_string(bytes.size()) +
                                            " bytes, want 64 (Ed25519, P-256) or 96 (P-384)");
  }
  return EnvelopeSignature{std::move(keyid), std::move(bytes)};
}

bool by_key(const EnvelopeSignature& a, const EnvelopeSignature& b) { return a.keyid < b.keyid; }

Result<std::vector<EnvelopeSignature>> parse_signatures(const Json& array) {
  if (array.empty() || array.size() > max_envelope_signatures) {
    return failure(Errc::invalid_input, "envelope.signatures: got " + std::to_string(array.size()) +
                                            ", want 1 to " +
                                            std::to_string(max_envelope_signatures));
  }
  std::vector<EnvelopeSignature> signatures;
  for (const Json& item : array) {
    const std::string where = "envelope.signatures[" + std::to_string(signatures.size()) + "]";
    MUSTER_TRY_ASSIGN(auto signature, parse_signature(item, where));
    signatures.push_back(std::move(signature));
  }
  std::ranges::sort(signatures, by_key);
  for (std::size_t i = 1; i < signatures.size(); ++i) {
    if (signatures[i - 1].keyid != signatures[i].keyid) continue;
    return failure(Errc::invalid_input,
                   "envelope.signatures: key " + signatures[i].keyid.text() + " stands twice");
  }
  return signatures;
}

/// The envelope if the text is its normal form already, as most that come in are: five times faster
/// than any other spelling. A fuzz target checks that both ways agree.
std::optional<Envelope> normal_envelope(std::string_view text) {
  Walk walk("envelope", text);
  auto envelope = walk_envelope(walk);
  if (!envelope || !walk.finish()) return std::nullopt;
  return std::move(*envelope);
}

}  // namespace

bool is_payload_type(std::string_view text) {
  const auto is_plain = [](char c) { return c > 0x20 && c < 0x7F && c != '"' && c != '\\'; };
  return !text.empty() && text.size() <= max_payload_type_bytes &&
         std::ranges::all_of(text, is_plain);
}

Bytes pae(std::string_view payload_type, std::string_view payload) {
  const std::string head = pae_head(payload_type, payload.size());
  Bytes bytes;
  bytes.reserve(head.size() + payload.size());
  append(bytes, as_bytes(head));
  append(bytes, as_bytes(payload));
  return bytes;
}

Hash statement_hash(const Envelope& envelope) {
  const std::string head = pae_head(envelope.payload_type, envelope.payload.size());
  return crypto::sha256({as_bytes(head), as_bytes(envelope.payload)});
}

Result<Envelope> parse_envelope(std::string_view json_text) {
  if (json_text.size() > max_envelope_text_bytes) {
    return failure(Errc::invalid_input, "envelope: got " + std::to_string(json_text.size()) +
                                            " bytes, want at most " +
                                            std::to_string(max_envelope_text_bytes));
  }
  if (auto normal = normal_envelope(json_text)) return std::move(*normal);
  auto json = parse_json(json_text);
  if (!json) return failure(std::move(json).error().during("envelope"));
  MUSTER_TRY(check_known_fields(*json, "envelope", {"payload", "payloadType", "signatures"}));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(*json, "envelope"));
  Envelope envelope;
  MUSTER_TRY_ASSIGN(envelope.payload_type, fields.text("payloadType"));
  if (!is_payload_type(envelope.payload_type)) {
    return failure(Errc::invalid_input,
                   "envelope.payloadType: want 1 to 128 printable ASCII characters");
  }
  MUSTER_TRY_ASSIGN(const Bytes payload, base64_field(fields, "payload"));
  if (payload.size() > max_payload_bytes) {
    return failure(Errc::invalid_input, "envelope.payload: got " + std::to_string(payload.size()) +
                                            " bytes, want at most " +
                                            std::to_string(max_payload_bytes));
  }
  envelope.payload = as_text(payload);
  MUSTER_TRY_ASSIGN(const Json* signatures, fields.array("signatures"));
  MUSTER_TRY_ASSIGN(envelope.signatures, parse_signatures(*signatures));
  return envelope;
}

Json envelope_json(const Envelope& envelope) {
  Json signatures = Json::array();
  for (const EnvelopeSignature& signature : envelope.signatures) {
    signatures.push_back({{"keyid", signature.keyid.text()}, {"sig", to_base64(signature.sig)}});
  }
  return {{"payload", to_base64(as_bytes(envelope.payload))},
          {"payloadType", envelope.payload_type},
          {"signatures", std::move(signatures)}};
}

std::string encode_envelope(const Envelope& envelope) {
  // Written out by hand because every recorded statement passes here: no field needs an escape.
  MUSTER_CHECK(is_payload_type(envelope.payload_type));
  constexpr std::size_t signature_most = 192;  // with names, key id and 96 bytes in base64
  std::string text;
  text.reserve(envelope.payload.size() * 4 / 3 + max_payload_type_bytes +
               signature_most * (envelope.signatures.size() + 1));
  text += R"({"payload":")";
  text += to_base64(as_bytes(envelope.payload));
  text += R"(","payloadType":")";
  text += envelope.payload_type;
  text += R"(","signatures":[)";
  for (const EnvelopeSignature& signature : envelope.signatures) {
    text += &signature == envelope.signatures.data() ? R"({"keyid":")" : R"(,{"keyid":")";
    text += signature.keyid.text();
    text += R"(","sig":")";
    text += to_base64(signature.sig);
    text += R"("})";
  }
  text += "]}";
  return text;
}

Result<Envelope> sign_envelope(std::string payload_type, std::string payload,
                               std::span<const crypto::Signer* const> signers) {
  MUSTER_CHECK(is_payload_type(payload_type));
  Envelope envelope{std::move(payload_type), std::move(payload), {}};
  for (const crypto::Signer* signer : signers) MUSTER_TRY(add_signature(envelope, *signer));
  return envelope;
}

Result<void> add_signature(Envelope& envelope, const crypto::Signer& signer) {
  MUSTER_TRY_ASSIGN(Bytes bytes,
                    signer.signature_over(pae(envelope.payload_type, envelope.payload)));
  EnvelopeSignature signature{crypto::KeyId::of(signer.verifying_key()), std::move(bytes)};
  auto place = std::ranges::lower_bound(envelope.signatures, signature, by_key);
  if (place != envelope.signatures.end() && place->keyid == signature.keyid) {
    *place = std::move(signature);
    return {};
  }
  MUSTER_CHECK(envelope.signatures.size() < max_envelope_signatures);
  envelope.signatures.insert(place, std::move(signature));
  return {};
}

bool signature_verifies(const Envelope& envelope, const EnvelopeSignature& signature,
                        const crypto::PublicKey& key) {
  return key.verifies(pae(envelope.payload_type, envelope.payload), signature.sig);
}

}  // namespace muster::ledger
