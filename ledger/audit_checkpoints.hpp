#pragma once

#include "ledger/audit_faults.hpp"

namespace muster::ledger {

/// Compares each stored checkpoint, and each that the auditor holds, with the root that the entries
/// have at its size. Part of audit.cpp.
class CheckpointAudit final {
 public:
  /// Reads all checkpoints, and checks their form and, where the key is given, signature.
  CheckpointAudit(Store& store, const AuditOptions& options, AuditFaults& faults);

  /// Whether a checkpoint waits for the root at `size`. Requires: sizes in ascending order.
  [[nodiscard]] bool has(TreeSize size) const {
    return next_ < claims_.size() && claims_[next_].head.size == size;
  }
  /// Compares the checkpoints of this size.
  void check_at(TreeSize size, const Hash& root);
  /// The log ends here: checkpoints beyond are faults.
  void finish(TreeSize size);

  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  struct Claim {
    TreeHead head;
    std::string name;  ///< For messages: "checkpoint 3".
    std::string text;
  };
  void take(const std::string& text, const std::string& name);
  void check_signature(const Claim& claim);

  AuditFaults* faults_;
  const AuditOptions* options_;
  std::vector<Claim> claims_;
  std::size_t next_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace muster::ledger
