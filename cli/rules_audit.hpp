#pragma once

#include <string>
#include <vector>

#include "ledger/audit.hpp"
#include "registry/registry.hpp"

namespace muster::cli {

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
  [[nodiscard]] std::optional<crypto::PublicKey> key(const crypto::KeyId& id) const;

  /// The first entry that breaks a rule. Those after it cannot be judged: their state is unknown.
  [[nodiscard]] const std::vector<ledger::AuditFault>& faults() const { return faults_; }
  /// Statements judged by the rules.
  [[nodiscard]] std::uint64_t judged() const { return judged_; }

 private:
  Result<void> judged_entry(const ledger::Entry& entry);

  ledger::Store* store_;
  bool judge_;
  registry::State state_;
  registry::KeyRing keys_;
  std::vector<ledger::AuditFault> faults_;
  std::uint64_t judged_ = 0;
};

/// The manifests that an entry names, whoever asks. Thread-safe.
[[nodiscard]] std::vector<Hash> manifests_named_by(const ledger::Entry& entry);

/// The key that the operator named in entry 0 signs checkpoints with; nothing when entry 0 does
/// not say so.
std::optional<ledger::VerifierKey> genesis_key(ledger::Store& store);

}  // namespace muster::cli
