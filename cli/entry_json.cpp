#include "cli/entry_json.hpp"

#include "ledger/merkle.hpp"

namespace muster::cli {
namespace {

Json signers_json(const ledger::Envelope& envelope) {
  Json ids = Json::array();
  for (const auto& signature : envelope.signatures) ids.push_back(signature.keyid.text());
  return ids;
}

}  // namespace

Json entry_json(ledger::LogIndex index, ByteView bytes) {
  Json json = {{"index", index.value},    {"accepted_at", nullptr},
               {"previous", nullptr},     {"leaf", ledger::leaf_hash(bytes).to_hex()},
               {"bytes", bytes.size()},   {"statement", nullptr},
               {"payload_type", nullptr}, {"payload", nullptr},
               {"key_ids", nullptr}};
  const auto entry = ledger::parse_entry(bytes);
  if (!entry) return json;
  json["accepted_at"] = entry->accepted_at.to_string();
  json["previous"] = entry->previous.to_hex();
  json["statement"] = ledger::statement_hash(entry->envelope).to_hex();
  json["payload_type"] = entry->envelope.payload_type;
  json["payload"] = parse_json(entry->envelope.payload).value_or(Json());
  json["key_ids"] = signers_json(entry->envelope);
  return json;
}

}  // namespace muster::cli
