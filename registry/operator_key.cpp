#include "registry/operator_key.hpp"

#include "registry/kind.hpp"

namespace muster::registry {

std::optional<ledger::VerifierKey> operator_key_named_by(const Event& event) {
  const bool first = event.kind->name == "log.genesis";
  if (!first && event.kind->name != "operator.succeed") return std::nullopt;
  const auto key = crypto::PublicKey::parse(event.fields().text(first ? "operator_key" : "key"));
  if (!key || key->ed25519() == nullptr) return std::nullopt;
  if (!ledger::is_key_name(event.header.origin)) return std::nullopt;
  return ledger::VerifierKey(event.header.origin, *key->ed25519());
}

std::optional<ledger::VerifierKey> operator_key_in(const ledger::Entry& entry) {
  const std::string& payload = entry.envelope.payload;
  const bool may_name_one = payload.find("\"operator_key\":") != std::string::npos ||
                            payload.find("\"operator.succeed\"") != std::string::npos;
  if (!may_name_one) return std::nullopt;
  const auto event = parse_event(payload, ledger::statement_hash(entry.envelope));
  return event ? operator_key_named_by(*event) : std::nullopt;
}

}  // namespace muster::registry
