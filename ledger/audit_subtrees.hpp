#pragma once

#include "ledger/audit_faults.hpp"

namespace muster::ledger {

/// Compares the stored subtree hashes with those that the entries have. Part of audit.cpp.
class SubtreeAudit final {
 public:
  explicit SubtreeAudit(Store& store) : store_(&store) {}

  /// Compares one recomputed subtree, if it is of a height that is stored.
  void check(const Subtree& subtree, AuditFaults& faults);
  /// The log ends here: stored subtrees beyond are faults.
  void finish(TreeSize size, AuditFaults& faults);

 private:
  Store* store_;
};

}  // namespace muster::ledger
