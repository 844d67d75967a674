#pragma once

#include <algorithm>
#include <utility>

#include "ledger/audit.hpp"

namespace muster::ledger {

/// The faults of one audit, or of one part of it, up to a limit. Part of audit.cpp.
class AuditFaults final {
 public:
  explicit AuditFaults(std::size_t most) : most_(most) {}

  void add(AuditFault fault) {
    if (!full()) faults_.push_back(std::move(fault));
  }
  /// An entry that cannot be read: with those before it one fault, since a damaged page has many.
  void add_unreadable(AuditFault fault) {
    if (!faults_.empty()) {
      AuditFault& last = faults_.back();
      if (last.code == fault.code && last.index->value + last.count == fault.index->value) {
        last.count += fault.count;
        return;
      }
    }
    add(std::move(fault));
  }
  void add_unreadable(LogIndex index, const std::string& why) {
    add_unreadable({index, "entry.unreadable", "an entry", why});
  }
  /// What a part found, behind what was found before it.
  void add_all(AuditFaults part) {
    for (AuditFault& fault : part.faults_) {
      if (fault.code == "entry.unreadable") {
        add_unreadable(std::move(fault));
      } else {
        add(std::move(fault));
      }
    }
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
