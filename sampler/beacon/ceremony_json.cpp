#include "ledger/base/hex.hpp"
#include "ledger/base/json_fields.hpp"
#include "sampler/beacon/ceremony.hpp"

namespace muster::sampler {
namespace {

constexpr std::string_view ceremony_version = "muster/ceremony/v1";

Json part_json(const CeremonyPart& part) {
  return Json{{"commit", part.commit.commit.to_hex()},
              {"commit_signature", to_hex(part.commit.signature)},
              {"nonce", to_hex(part.nonce)},
              {"transcript_signature", to_hex(part.transcript_signature)}};
}

template <std::size_t size>
Result<std::array<std::uint8_t, size>> fixed_hex(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text(key));
  std::array<std::uint8_t, size> bytes{};
  auto filled = fill_from_hex(text, bytes);
  if (!filled) return failure(std::move(filled.error()).during(fields.path(key)));
  return bytes;
}

Result<CeremonyPart> part_from(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  CeremonyPart part;
  MUSTER_TRY_ASSIGN(part.commit.commit, fields.hash("commit"));
  MUSTER_TRY_ASSIGN(part.commit.signature, fixed_hex<64>(fields, "commit_signature"));
  MUSTER_TRY_ASSIGN(part.nonce, fixed_hex<32>(fields, "nonce"));
  MUSTER_TRY_ASSIGN(part.transcript_signature, fixed_hex<64>(fields, "transcript_signature"));
  MUSTER_TRY(fields.finish());
  return part;
}

}  // namespace

Json ceremony_json(const CeremonyTranscript& transcript) {
  return Json{{"version", ceremony_version},
              {"plan", transcript.plan.to_hex()},
              {"prover", part_json(transcript.prover)},
              {"verifier", part_json(transcript.verifier)}};
}

Result<CeremonyTranscript> parse_ceremony(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "ceremony"));
  MUSTER_TRY_ASSIGN(const std::string stated, fields.text("version"));
  if (stated != ceremony_version) {
    return failure(Errc::invalid_input, "ceremony.version: got \"" + stated + "\", want " +
                                            std::string(ceremony_version));
  }
  CeremonyTranscript transcript;
  MUSTER_TRY_ASSIGN(transcript.plan, fields.hash("plan"));
  MUSTER_TRY_ASSIGN(const Json* prover, fields.object("prover"));
  MUSTER_TRY_ASSIGN(transcript.prover, part_from(*prover, "ceremony.prover"));
  MUSTER_TRY_ASSIGN(const Json* verifier, fields.object("verifier"));
  MUSTER_TRY_ASSIGN(transcript.verifier, part_from(*verifier, "ceremony.verifier"));
  MUSTER_TRY(fields.finish());
  return transcript;
}

}  // namespace muster::sampler
