#pragma once

#include "ledger/audit_faults.hpp"

namespace muster::ledger {

/// Compares the stored subtree hashes with those that the entries have. Part of audit.cpp.
class SubtreeAudit final {
 public:
  SubtreeAudit(Store& store, AuditFaults& faults) : store_(&store), faults_(&faults) {}

  /// Compares one recomputed subtree, if it is of a height that is stored.
  void check(const Subtree& subtree);
  /// The log ends here: stored subtrees beyond are faults.
  void finish(TreeSize size);

 private:
  Store* store_;
  AuditFaults* faults_;
};

}  // namespace muster::ledger
