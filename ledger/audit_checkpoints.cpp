#include "ledger/audit_checkpoints.hpp"

namespace muster::ledger {

CheckpointAudit::CheckpointAudit(Store& store, const AuditOptions& options, AuditFaults& faults)
    : faults_(&faults), options_(&options) {
  const auto texts = store.checkpoints();
  if (texts) {
    for (std::size_t i = 0; i < texts->size(); ++i) {
      take((*texts)[i], "checkpoint " + std::to_string(i));
    }
  } else {
    faults_->add(
        {std::nullopt, "checkpoint.unreadable", "the stored checkpoints", texts.error().message});
  }
  for (std::size_t i = 0; i < options.held_checkpoints.size(); ++i) {
    take(options.held_checkpoints[i], "held checkpoint " + std::to_string(i));
  }
  std::ranges::stable_sort(claims_, {}, [](const Claim& claim) { return claim.head.size; });
}

void CheckpointAudit::take(const std::string& text, const std::string& name) {
  ++count_;
  const auto parsed = parse_checkpoint(text);
  if (!parsed) {
    faults_->add({std::nullopt, "checkpoint.text", name + " in its form", parsed.error().message});
    return;
  }
  claims_.push_back({parsed->head(), name, text});
}

void CheckpointAudit::check_signature(const Claim& claim) {
  auto key = options_->checkpoint_key;
  if (options_->checkpoint_key_at) key = options_->checkpoint_key_at(claim.head.size);
  if (!key) return;
  const auto verified = verify_log_checkpoint(claim.text, *key);
  if (!verified) {
    faults_->add({std::nullopt, "checkpoint.signature",
                  claim.name + " signed by " + key->to_string(), verified.error().message});
  }
}

void CheckpointAudit::check_at(TreeSize size, const Hash& root) {
  for (; has(size); ++next_) {
    const Claim& claim = claims_[next_];
    check_signature(claim);
    if (claim.head.root == root) continue;
    faults_->add(
        {std::nullopt, "checkpoint.root",
         claim.name + " of size " + std::to_string(size.value) + " with root " + root.to_hex(),
         claim.head.root.to_hex()});
  }
}

void CheckpointAudit::finish(TreeSize size) {
  for (; next_ < claims_.size(); ++next_) {
    const Claim& claim = claims_[next_];
    check_signature(claim);
    faults_->add({std::nullopt, "checkpoint.size",
                  claim.name + " of at most " + std::to_string(size.value) + " entries",
                  std::to_string(claim.head.size.value)});
  }
}

}  // namespace muster::ledger
