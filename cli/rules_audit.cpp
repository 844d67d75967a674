#include "cli/rules_audit.hpp"

#include "ledger/crypto/key_id.hpp"
#include "registry/key_validity.hpp"
#include "registry/kind.hpp"
#include "registry/operator_key.hpp"

namespace muster::cli {
namespace {

/// Most statements bring neither a key nor a manifest, and anchor nothing: parsing those again
/// would cost more than checking their signature.
bool may_bring_something(const std::string& payload) {
  return payload.find("\"key\":") != std::string::npos ||
         payload.find("\"key_id\":") != std::string::npos ||
         payload.find("\"checkpoint.anchor\"") != std::string::npos ||
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

std::vector<Hash> manifests_named_by(const ledger::Entry& entry) {
  if (!may_bring_something(entry.envelope.payload)) return {};
  const auto event = event_of(entry);
  return event ? hashes_of_manifests(*event) : std::vector<Hash>();
}

std::vector<Hash> RulesAudit::named_blobs(const ledger::Entry& entry) {
  if (revoked_) terms_[*revoked_].to = index_;
  revoked_.reset();
  index_ = static_cast<registry::Index32>(entry.index.value);
  accepted_at_ = entry.accepted_at;
  if (!may_bring_something(entry.envelope.payload)) return {};
  const auto event = event_of(entry);
  if (!event) return {};  // a matter of the rules
  registry::add_brought_keys(*event, keys_);
  follow_keys(*event, index_);
  const registry::Body body = event->fields();
  if (event->kind->name == "checkpoint.anchor" && body.text("log") == event->header.origin) {
    anchors_.push_back({entry.index, {body.integer("size")}, body.hash("root")});
  }
  return hashes_of_manifests(*event);
}

/// Since when and until when keys are valid, whether or not the statement is one that the rules
/// admit: those are judged elsewhere.
void RulesAudit::follow_keys(const registry::Event& event, registry::Index32 index) {
  if (const auto key = registry::operator_key_named_by(event)) operators_.emplace_back(index, *key);
  if (event.kind->name != "operator.succeed") {
    for (const std::string& text : registry::brought_keys(event)) {
      const auto key = crypto::PublicKey::parse(text);
      if (!key) continue;
      const std::string id = crypto::KeyId::of(*key).text();
      terms_.try_emplace(id, registry::Key{.id = id, .public_key = text, .from = index});
    }
  }
  if (event.kind->name == "key.rotate") {
    const auto old = terms_.find(event.fields().text("old"));
    if (old != terms_.end()) old->second.until_ms = event.fields().time("overlap_until").ms;
  }
  if (event.kind->name == "key.revoke" && terms_.contains(event.fields().text("key_id"))) {
    revoked_ = event.fields().text("key_id");
  }
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
                    registry::judge(state_, prepared.event, signatures, {entry.accepted_at}));
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
  const auto term = terms_.find(id.text());
  const bool valid =
      term == terms_.end() || registry::key_is_valid(term->second, index_, accepted_at_);
  return valid ? std::optional(found->second) : std::nullopt;
}

std::vector<ledger::VerifierKey> RulesAudit::operator_keys() const {
  std::vector<ledger::VerifierKey> keys;
  for (const auto& [index, key] : operators_) keys.push_back(key);
  return keys;
}

std::optional<ledger::VerifierKey> RulesAudit::checkpoint_key(ledger::TreeSize size) const {
  std::optional<ledger::VerifierKey> key;
  for (const auto& [index, named] : operators_) {
    if (index < size.value) key = named;
  }
  return key;
}

}  // namespace muster::cli
