#include "cli/audit/presence_answer.hpp"

#include "ledger/base/hex.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::cli {
namespace {

constexpr std::string_view presence_version = "muster/presence/v1";
constexpr std::size_t max_presence_bytes = 4'096;
constexpr std::size_t max_serial_bytes = 500;

}  // namespace

std::string presence_answer_text(const PresenceAnswer& answer) {
  return canonical_json(Json{{"v", presence_version},
                             {"chip", answer.chip.to_string()},
                             {"device_key", answer.key.text()},
                             {"signature", to_hex(answer.signature)},
                             {"serial", answer.serial.empty() ? Json() : Json(answer.serial)}});
}

Result<PresenceAnswer> parse_presence_answer(ByteView bytes) {
  if (bytes.size() > max_presence_bytes) {
    return failure(Errc::invalid_input, "presence: got " + std::to_string(bytes.size()) +
                                            " bytes, want at most " +
                                            std::to_string(max_presence_bytes));
  }
  MUSTER_TRY_ASSIGN(const Json json, parse_json(as_text(bytes)));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "presence"));
  MUSTER_TRY_ASSIGN(const std::string version, fields.text("v"));
  if (version != presence_version) {
    return failure(Errc::invalid_input, "presence.v: want " + std::string(presence_version));
  }
  MUSTER_TRY_ASSIGN(const ChipId chip, fields.parsed<ChipId>("chip"));
  MUSTER_TRY_ASSIGN(const auto key, fields.parsed<crypto::PublicKey>("device_key"));
  MUSTER_TRY_ASSIGN(const std::string signature, fields.text("signature"));
  auto signature_bytes = bytes_from_hex(signature);
  if (!signature_bytes || !crypto::is_signature_size(signature_bytes->size())) {
    return failure(Errc::invalid_input, "presence.signature: want 64 or 96 bytes in hex");
  }
  std::string serial;
  MUSTER_TRY(fields.any("serial"));
  if (fields.has("serial")) {
    MUSTER_TRY_ASSIGN(serial, fields.text("serial"));
  }
  MUSTER_TRY(fields.finish());
  if (serial.size() <= max_serial_bytes) {
    return PresenceAnswer{chip, key, std::move(*signature_bytes), std::move(serial)};
  }
  return failure(Errc::invalid_input, "presence.serial: want at most 500 bytes");
}

}  // namespace muster::cli
