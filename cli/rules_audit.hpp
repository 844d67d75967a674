#pragma once

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ledger/audit.hpp"
#include "registry/registry.hpp"

namespace muster::cli {

/// What a statement says that this log's root was.
struct OwnAnchor {
  ledger::LogIndex index;
  ledger::TreeSize size;
  Hash root;
};

/// Follows an audit of the log entry by entry: learns the keys that statements bring, names their
/// manifests, and, if asked to, judges every statement again by the rules. Borrows the store.
class RulesAudit final {
 public:
  RulesAudit(ledger::Store& store, bool judge) : store_(&store), judge_(judge) {}

  // As `audit_log` calls them, for every entry in log order: what it names and brings, then
  // judgement, then the keys of its signatures.

  /// The manifests that the entry names. Learns the keys that it brings.
  [[nodiscard]] std::vector<Hash> named_blobs(const ledger::Entry& entry);
  void visit(const ledger::Entry& entry);
  /// The key that `id` names, if it may sign the entry seen last.
  [[nodiscard]] std::optional<crypto::PublicKey> key(const crypto::KeyId& id) const;
  /// The key that signs checkpoints of `size`, as the entries seen so far name it.
  [[nodiscard]] std::optional<ledger::VerifierKey> checkpoint_key(ledger::TreeSize size) const;

  /// Anchors of this log itself in the entries seen so far, in log order.
  [[nodiscard]] const std::vector<OwnAnchor>& own_anchors() const { return anchors_; }

  /// All of them, oldest first.
  [[nodiscard]] std::vector<ledger::VerifierKey> operator_keys() const;

  /// The first entry that breaks a rule. Those after it cannot be judged: their state is unknown.
  [[nodiscard]] const std::vector<ledger::AuditFault>& faults() const { return faults_; }
  /// Statements judged by the rules.
  [[nodiscard]] std::uint64_t judged() const { return judged_; }

 private:
  Result<void> judged_entry(const ledger::Entry& entry);
  void follow_keys(const registry::Event& event, registry::Index32 index);

  ledger::Store* store_;
  bool judge_;
  registry::State state_;
  registry::KeyRing keys_;
  std::unordered_map<std::string, registry::Key> terms_;  // of parties' keys: when each is valid
  std::optional<std::string> revoked_;  // by the entry seen last, which it may still sign
  registry::Index32 index_ = 0;
  Timestamp accepted_at_{};
  std::vector<std::pair<std::uint64_t, ledger::VerifierKey>> operators_;  // entry, key
  std::vector<OwnAnchor> anchors_;
  std::vector<ledger::AuditFault> faults_;
  std::uint64_t judged_ = 0;
};

/// The manifests that an entry names, whoever asks. Thread-safe.
[[nodiscard]] std::vector<Hash> manifests_named_by(const ledger::Entry& entry);

}  // namespace muster::cli
