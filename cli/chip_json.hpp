#pragma once

#include <vector>

#include "cli/home.hpp"

namespace muster::cli {

/// What the tables say of a chip now.
[[nodiscard]] Json chip_row_json(const registry::State& state, registry::RowN chip);
/// The same with the chip's names and the disputed ones among its statements, of which `states`
/// tells, as `states_of` has them. Errors: those of the log.
Result<Json> whole_chip_json(Home& home, registry::RowN chip,
                             const std::vector<registry::ChipState>& states);

}  // namespace muster::cli
