#pragma once

#include "cli/home.hpp"

namespace muster::cli {

/// What the tables say of a chip now.
[[nodiscard]] Json chip_row_json(const registry::State& state, registry::RowN chip);
/// The same with the chip's names and the disputed ones among its statements.
/// Errors: those of view and log.
Result<Json> whole_chip_json(Home& home, registry::RowN chip);

}  // namespace muster::cli
