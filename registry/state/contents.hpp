#pragma once

#include <memory_resource>
#include <vector>

#include "ledger/base/check.hpp"
#include "registry/state/rows.hpp"
#include "registry/values.hpp"

namespace muster::registry {

/// Which chips stand directly in which holder: a chain through the chips of each holder. 8 bytes a
/// chip and 4 a holder, and a chip goes in and out in a step.
class Contents final {
 public:
  explicit Contents(std::pmr::memory_resource& memory = *std::pmr::get_default_resource())
      : first_(&memory), beside_(memory) {}

  /// Requires: the chip stands in no holder.
  void put_in(RowN holder, RowN chip) {
    if (first_.size() <= holder) first_.resize(holder + std::size_t{1}, no_row);
    while (beside_.size() <= chip) beside_.push_back({});
    const RowN next = first_[holder];
    beside_[chip] = {no_row, next};
    if (next != no_row) beside_[next].before = chip;
    first_[holder] = chip;
  }

  /// Requires: the chip stands in `holder`.
  void take_out(RowN holder, RowN chip) {
    MUSTER_CHECK(holder < first_.size() && chip < beside_.size());
    const auto [before, next] = beside_[chip];
    MUSTER_CHECK(before != no_row || first_[holder] == chip);
    if (before == no_row) {
      first_[holder] = next;
    } else {
      beside_[before].next = next;
    }
    if (next != no_row) beside_[next].before = before;
    beside_[chip] = {};
  }

  /// Calls `visit(chip)` for each chip in `holder`, the newest first.
  template <class V>
  void each(RowN holder, V&& visit) const {
    if (holder >= first_.size()) return;
    for (RowN chip = first_[holder]; chip != no_row; chip = beside_[chip].next) visit(chip);
  }

 private:
  struct Neighbours {
    RowN before = no_row;
    RowN next = no_row;
  };
  std::pmr::vector<RowN> first_;  // by holder
  Rows<Neighbours> beside_;       // by chip
};

}  // namespace muster::registry
