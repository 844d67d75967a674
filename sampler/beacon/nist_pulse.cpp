#include "sampler/beacon/nist_pulse.hpp"

#include "ledger/base/hex.hpp"
#include "ledger/base/json_fields.hpp"
#include "sampler/draw/field.hpp"

namespace muster::sampler {
namespace {

using draw::append_field;

constexpr std::size_t most_text = 400;
constexpr std::size_t most_quoted = 16;
constexpr std::size_t most_signature_bytes = 2048;
constexpr std::int64_t most_u32 = 0xFFFFFFFF;

Result<std::string> short_text(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(std::string text, fields.text(key));
  if (!text.empty() && text.size() <= most_text) return text;
  return failure(Errc::invalid_input, fields.path(key) + ": want 1 to 400 bytes");
}

Result<Sha512Digest> digest(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text(key));
  Sha512Digest bytes{};
  auto filled = fill_from_hex(text, bytes);
  if (!filled) return failure(std::move(filled.error()).during(fields.path(key)));
  return bytes;
}

Result<std::uint32_t> small(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::int64_t number, fields.integer(key, 0, most_u32));
  return static_cast<std::uint32_t>(number);
}

Result<std::uint64_t> large(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::int64_t number, fields.integer(key));
  return static_cast<std::uint64_t>(number);
}

Result<void> read_external(const Json& json, const std::string& where, NistPulse& pulse) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(pulse.external_source, digest(fields, "sourceId"));
  MUSTER_TRY_ASSIGN(pulse.external_status, small(fields, "statusCode"));
  MUSTER_TRY_ASSIGN(pulse.external_value, digest(fields, "value"));
  return fields.finish();
}

Result<QuotedPulse> quoted_from(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  QuotedPulse quoted;
  MUSTER_TRY_ASSIGN(quoted.type, short_text(fields, "type"));
  MUSTER_TRY_ASSIGN(const auto uri, fields.optional_text("uri"));
  quoted.uri = uri.value_or("");
  MUSTER_TRY_ASSIGN(quoted.value, digest(fields, "value"));
  MUSTER_TRY(fields.finish());
  return quoted;
}

Result<void> read_quoted(FieldReader& fields, NistPulse& pulse) {
  MUSTER_TRY_ASSIGN(const Json* list, fields.array("listValues"));
  if (list->size() > most_quoted) {
    return failure(Errc::invalid_input,
                   fields.path("listValues") + ": more than " + std::to_string(most_quoted));
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string where = fields.path("listValues") + "[" + std::to_string(i) + "]";
    MUSTER_TRY_ASSIGN(QuotedPulse quoted, quoted_from((*list)[i], where));
    pulse.quoted.push_back(std::move(quoted));
  }
  return {};
}

Result<NistPulse> bare_pulse(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  NistPulse pulse;
  MUSTER_TRY_ASSIGN(pulse.uri, short_text(fields, "uri"));
  MUSTER_TRY_ASSIGN(pulse.version, short_text(fields, "version"));
  MUSTER_TRY_ASSIGN(pulse.cipher_suite, small(fields, "cipherSuite"));
  MUSTER_TRY_ASSIGN(pulse.period_ms, small(fields, "period"));
  MUSTER_TRY_ASSIGN(pulse.certificate_id, digest(fields, "certificateId"));
  MUSTER_TRY_ASSIGN(pulse.chain, large(fields, "chainIndex"));
  MUSTER_TRY_ASSIGN(pulse.index, large(fields, "pulseIndex"));
  MUSTER_TRY_ASSIGN(pulse.time_text, short_text(fields, "timeStamp"));
  auto time = Timestamp::parse(pulse.time_text);
  if (!time) return failure(std::move(time.error()).during(fields.path("timeStamp")));
  pulse.time = *time;
  MUSTER_TRY_ASSIGN(pulse.local_random, digest(fields, "localRandomValue"));
  MUSTER_TRY_ASSIGN(const Json* external, fields.object("external"));
  MUSTER_TRY(read_external(*external, fields.path("external"), pulse));
  MUSTER_TRY(read_quoted(fields, pulse));
  MUSTER_TRY_ASSIGN(pulse.precommitment, digest(fields, "precommitmentValue"));
  MUSTER_TRY_ASSIGN(pulse.status, small(fields, "statusCode"));
  MUSTER_TRY_ASSIGN(const std::string signature, fields.text("signatureValue"));
  auto bytes = bytes_from_hex(signature);
  if (!bytes) return failure(std::move(bytes.error()).during(fields.path("signatureValue")));
  if (bytes->size() > most_signature_bytes) {
    return failure(Errc::invalid_input, fields.path("signatureValue") + ": too long");
  }
  pulse.signature = std::move(*bytes);
  MUSTER_TRY_ASSIGN(pulse.output, digest(fields, "outputValue"));
  MUSTER_TRY(fields.finish());
  return pulse;
}

}  // namespace

Result<NistPulse> parse_nist_pulse(const Json& json, const std::string& where) {
  const bool wrapped = json.is_object() && json.size() == 1 && json.contains("pulse");
  return wrapped ? bare_pulse(json.at("pulse"), where + ".pulse") : bare_pulse(json, where);
}

Json nist_pulse_json(const NistPulse& pulse) {
  Json quoted = Json::array();
  for (const QuotedPulse& item : pulse.quoted) {
    quoted.push_back(Json{{"uri", item.uri}, {"type", item.type}, {"value", to_hex(item.value)}});
  }
  return Json{{"uri", pulse.uri},
              {"version", pulse.version},
              {"cipherSuite", pulse.cipher_suite},
              {"period", pulse.period_ms},
              {"certificateId", to_hex(pulse.certificate_id)},
              {"chainIndex", static_cast<std::int64_t>(pulse.chain)},
              {"pulseIndex", static_cast<std::int64_t>(pulse.index)},
              {"timeStamp", pulse.time_text},
              {"localRandomValue", to_hex(pulse.local_random)},
              {"external", Json{{"sourceId", to_hex(pulse.external_source)},
                                {"statusCode", pulse.external_status},
                                {"value", to_hex(pulse.external_value)}}},
              {"listValues", std::move(quoted)},
              {"precommitmentValue", to_hex(pulse.precommitment)},
              {"statusCode", pulse.status},
              {"signatureValue", to_hex(pulse.signature)},
              {"outputValue", to_hex(pulse.output)}};
}

Bytes signed_bytes(const NistPulse& pulse) {
  Bytes message;
  append_field(message, as_bytes(pulse.uri));
  append_field(message, as_bytes(pulse.version));
  append_u32be(message, pulse.cipher_suite);
  append_u32be(message, pulse.period_ms);
  append_field(message, pulse.certificate_id);
  append_u64be(message, pulse.chain);
  append_u64be(message, pulse.index);
  append_field(message, as_bytes(pulse.time_text));
  append_field(message, pulse.local_random);
  append_field(message, pulse.external_source);
  append_u32be(message, pulse.external_status);
  append_field(message, pulse.external_value);
  for (const QuotedPulse& quoted : pulse.quoted) append_field(message, quoted.value);
  append_field(message, pulse.precommitment);
  append_u32be(message, pulse.status);
  return message;
}

}  // namespace muster::sampler
