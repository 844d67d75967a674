#include "attestation/delay/delay_document.hpp"

#include "ledger/base/hex.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::attestation {
namespace {

constexpr std::string_view proof_version = "muster/delay-proof/v1";

Result<Bytes> element(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::string hex, fields.text(key));
  constexpr std::size_t most_digits = crypto::max_delay_modulus_bits / 4;
  if (hex.size() > most_digits) {
    return failure(Errc::invalid_input, fields.path(key) + ": got " + std::to_string(hex.size()) +
                                            " characters, want at most " +
                                            std::to_string(most_digits));
  }
  auto bytes = bytes_from_hex(hex);
  if (!bytes) return failure(std::move(bytes.error()).during(fields.path(key)));
  if (to_hex(*bytes) == hex) return bytes;
  return failure(Errc::invalid_input, fields.path(key) + ": want lower-case hex digits");
}

}  // namespace

std::string encode_delay_document(const DelayDocument& document) {
  return canonical_json({{"v", proof_version},
                         {"modulus", document.modulus.to_hex()},
                         {"input", document.task.input.to_hex()},
                         {"squarings", document.task.squarings},
                         {"output", to_hex(document.proof.output)},
                         {"proof", to_hex(document.proof.proof)}});
}

Result<DelayDocument> parse_delay_document(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "delay proof"));
  MUSTER_TRY_ASSIGN(const std::string v, fields.text("v"));
  if (v != proof_version) {
    return failure(Errc::invalid_input, "delay proof.v: got \"" + v.substr(0, 40) + "\", want \"" +
                                            std::string(proof_version) + "\"");
  }
  DelayDocument document;
  MUSTER_TRY_ASSIGN(document.modulus, fields.hash("modulus"));
  MUSTER_TRY_ASSIGN(document.task.input, fields.hash("input"));
  MUSTER_TRY_ASSIGN(const auto squarings,
                    fields.integer("squarings", crypto::min_delay_squarings,
                                   static_cast<std::int64_t>(crypto::max_delay_squarings)));
  document.task.squarings = static_cast<std::uint64_t>(squarings);
  MUSTER_TRY_ASSIGN(document.proof.output, element(fields, "output"));
  MUSTER_TRY_ASSIGN(document.proof.proof, element(fields, "proof"));
  MUSTER_TRY(fields.finish());
  return document;
}

}  // namespace muster::attestation
