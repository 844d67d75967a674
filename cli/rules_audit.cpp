#include "cli/rules_audit.hpp"

#include "registry/kind.hpp"

namespace muster::cli {
namespace {

/// Most statements bring neither a key nor a manifest: parsing those again would cost more than
/// checking their signature.
bool may_bring_something(const std::string& payload) {
  return payload.find("\"key\":") != std::string::npos ||
         payload.find("\"sha256\":") != std::string::npos;
}

Result<registry::Event> event_of(const ledger::Entry& entry) {
  return registry::parse_event(entry.envelope.payload, ledger::statement_hash(entry.envelope));
}

std::vector<Hash> hashes_of_manifests(const registry::Event& event) {
  std::vector<Hash> names;
  for (const registry::ManifestRef& ref : registry::manifests_of(event)) {
    names.push_back(ref.sha256);
  }
  return names;
}

}  // namespace

std::optional<ledger::VerifierKey> genesis_key(ledger::Store& store) {
  const auto bytes = store.read({0}, 1);
  if (!bytes || bytes->empty()) return std::nullopt;
  const auto entry = ledger::parse_entry(bytes->front());
  if (!entry) return std::nullopt;
  const auto event = event_of(*entry);
  if (!event || event->kind->name != "log.genesis") return std::nullopt;
  const auto key =
      crypto::Ed25519PublicKey::from_bytes(event->fields().hash("operator_key").view());
  if (!key || !ledger::is_key_name(event->header.origin)) return std::nullopt;
  return ledger::VerifierKey(event->header.origin, *key);
}

std::vector<Hash> manifests_named_by(const ledger::Entry& entry) {
  if (!may_bring_something(entry.envelope.payload)) return {};
  const auto event = event_of(entry);
  return event ? hashes_of_manifests(*event) : std::vector<Hash>();
}

std::vector<Hash> RulesAudit::named_blobs(const ledger::Entry& entry) {
  if (!may_bring_something(entry.envelope.payload)) return {};
  const auto event = event_of(entry);
  if (!event) return {};  // a matter of the rules
  registry::add_brought_keys(*event, keys_);
  return hashes_of_manifests(*event);
}

Result<void> RulesAudit::judged_entry(const ledger::Entry& entry) {
  std::vector<std::unique_ptr<Bytes>> blobs;
  const auto source = [&](const Hash& hash) -> const Bytes* {
    auto bytes = store_->blob(hash);
    if (!bytes) return nullptr;
    blobs.push_back(std::make_unique<Bytes>(std::move(*bytes)));
    return blobs.back().get();
  };
  const registry::Prepared prepared = registry::prepare(entry.envelope, source);
  if (prepared.error) return failure(*prepared.error);
  std::vector<registry::CheckedSignature> signatures;
  for (const auto& signature : entry.envelope.signatures) {
    signatures.push_back({.keyid = signature.keyid.text(), .known = true, .verified = true});
  }
  MUSTER_TRY_ASSIGN(const auto found,
                    registry::admissible(state_, prepared.event, signatures, {entry.accepted_at}));
  registry::apply(state_, found);
  state_.commit();
  return {};
}

void RulesAudit::visit(const ledger::Entry& entry) {
  if (!judge_ || !faults_.empty()) return;
  const auto verdict = judged_entry(entry);
  if (verdict) {
    ++judged_;
    return;
  }
  const std::string& rule = verdict.error().rule;
  faults_.push_back({entry.index, rule.empty() ? "rules.entry" : "rules." + rule,
                     "a statement that the rules admit", verdict.error().message});
}

std::optional<crypto::PublicKey> RulesAudit::key(const crypto::KeyId& id) const {
  const auto found = keys_.find(id.text());
  if (found == keys_.end()) return std::nullopt;
  return found->second;
}

}  // namespace muster::cli
