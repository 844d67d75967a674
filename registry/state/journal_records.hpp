#pragma once

#include <array>
#include <string>
#include <string_view>

#include "registry/state/records.hpp"

// What a correction needs to take a statement's effect back.

namespace muster::registry {

/// What chips were like before one statement: a run of chips, numbered on, that were alike. Their
/// custody rows and slots may be numbered on with them.
struct ChipBefore {
  Index32 statement = 0;
  RowN first = no_row;
  RowN count = 0;
  bool custody_runs = false;  ///< The custody rows are numbered on, too.
  bool slot_runs = false;     ///< The slots are numbered on, too.
  ChipState before{};         ///< Of the first chip.

  /// What chip `first + n` was like.
  [[nodiscard]] ChipState of(RowN n) const {
    ChipState state = before;
    if (custody_runs) state.custody += n;
    if (slot_runs) state.slot += n;
    return state;
  }

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("statement_index", self.statement), v("first_chip_n", self.first), v("chips", self.count);
    v("custody_runs", self.custody_runs), v("slot_runs", self.slot_runs);
    ChipState::fields(self.before, v);
  }
};

/// What one statement changed in one row that chips share: a shipment, a holder, a lot.
///
/// A record takes part by naming, in `sums`, its columns that statements add to and take from: of
/// those the difference is taken back, others have to hold what the statement left in them.
struct RowEdit {
  Index32 statement = 0;
  std::string table{};
  RowN row = no_row;
  bool added = false;           ///< The statement added the row.
  std::string changes{};        ///< {"column":[before,after]}
  Index32 reversed = no_index;  ///< The correction that took it back.

  template <class Self, class V>
  static void fields(Self& self, V&& v) {
    v("statement_index", self.statement), v("of_table", self.table), v("row", self.row);
    v("added", self.added), v("changes", self.changes), v("reversed", self.reversed);
  }
};

}  // namespace muster::registry
