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

Json entry_json(const ledger::Entry& entry) {
  const Hash leaf = ledger::leaf_hash(as_bytes(ledger::encode_entry(entry)));
  return {{"index", entry.index.value},
          {"accepted_at", entry.accepted_at.to_string()},
          {"previous", entry.previous.to_hex()},
          {"leaf", leaf.to_hex()},
          {"statement", ledger::statement_hash(entry.envelope).to_hex()},
          {"payload_type", entry.envelope.payload_type},
          {"payload", parse_json(entry.envelope.payload).value_or(Json())},
          {"key_ids", signers_json(entry.envelope)}};
}

}  // namespace muster::cli
