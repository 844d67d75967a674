#pragma once

#include <algorithm>
#include <utility>

#include "ledger/audit.hpp"

namespace muster::ledger {

/// The faults of one audit, up to a limit. Part of audit.cpp.
class AuditFaults final {
 public:
  explicit AuditFaults(std::size_t most) : most_(most) {}

  void add(AuditFault fault) {
    if (!full()) faults_.push_back(std::move(fault));
  }
  [[nodiscard]] bool full() const { return faults_.size() >= most_; }

  /// By entry, in the order they were found; those of the log as a whole at the end.
  [[nodiscard]] std::vector<AuditFault> in_order() const {
    std::vector<AuditFault> sorted = faults_;
    const auto place = [](const AuditFault& fault) {
      return fault.index ? fault.index->value : UINT64_MAX;
    };
    std::ranges::stable_sort(sorted, {}, place);
    return sorted;
  }

 private:
  std::size_t most_;
  std::vector<AuditFault> faults_;
};

}  // namespace muster::ledger
