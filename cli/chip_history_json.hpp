#pragma once

#include <vector>

#include "cli/home.hpp"

namespace muster::cli {

/// How a history is told.
struct HistoryWish {
  bool corrected = false;   ///< As it stands today: without what was taken back.
  bool raw = false;         ///< With the words of every statement.
  bool moves_only = false;  ///< Without the entries that only saw or named the chip.
};

/// Every state of a chip, as `states_of` has them, and every sighting: who signed, where it was,
/// what shows it, and what became of the statement since. Errors: those of view and log.
Result<Json> chip_history_json(Home& home, registry::RowN chip,
                               const std::vector<registry::ChipState>& states,
                               const HistoryWish& wish);

}  // namespace muster::cli
