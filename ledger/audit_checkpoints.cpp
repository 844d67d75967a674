#include "ledger/audit_checkpoints.hpp"

namespace muster::ledger {
namespace {

std::string named(std::uint64_t number) { return "checkpoint " + std::to_string(number); }

}  // namespace

CheckpointAudit::CheckpointAudit(Store& store, const std::optional<VerifierKey>& key,
                                 AuditFaults& faults)
    : faults_(&faults) {
  const auto texts = store.checkpoints();
  if (!texts) {
    faults_->add(
        {std::nullopt, "checkpoint.unreadable", "the stored checkpoints", texts.error().message});
    return;
  }
  for (const std::string& text : *texts) take(text, key);
  std::ranges::stable_sort(claims_, {}, [](const Claim& claim) { return claim.head.size; });
}

void CheckpointAudit::take(const std::string& text, const std::optional<VerifierKey>& key) {
  const std::uint64_t number = count_++;
  const auto parsed = parse_checkpoint(text);
  if (!parsed) {
    faults_->add(
        {std::nullopt, "checkpoint.text", named(number) + " in its form", parsed.error().message});
    return;
  }
  claims_.push_back({parsed->head(), number});
  if (!key) return;
  const auto verified = verify_checkpoint(text, *key);
  if (!verified) {
    faults_->add({std::nullopt, "checkpoint.signature",
                  named(number) + " signed by " + key->to_string(), verified.error().message});
  }
}

void CheckpointAudit::check_at(TreeSize size, const Hash& root) {
  for (; has(size); ++next_) {
    const Claim& claim = claims_[next_];
    if (claim.head.root == root) continue;
    faults_->add({std::nullopt, "checkpoint.root",
                  named(claim.number) + " of size " + std::to_string(size.value) + " with root " +
                      root.to_hex(),
                  claim.head.root.to_hex()});
  }
}

void CheckpointAudit::finish(TreeSize size) {
  for (; next_ < claims_.size(); ++next_) {
    const Claim& claim = claims_[next_];
    faults_->add({std::nullopt, "checkpoint.size",
                  named(claim.number) + " of at most " + std::to_string(size.value) + " entries",
                  std::to_string(claim.head.size.value)});
  }
}

}  // namespace muster::ledger
