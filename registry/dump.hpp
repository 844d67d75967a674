#pragma once

#include <functional>
#include <string>

#include "registry/state/state.hpp"

namespace muster::registry {

using LineSink = std::function<void(const std::string&)>;

/// Writes every row of every table as one canonical JSON object: `{"n":…,"table":…,columns…}`.
/// A row number or index that names nothing is null.
void dump_tables(const Tables& tables, const LineSink& sink);

/// One row of the history of chips, in the same form.
[[nodiscard]] std::string dump_change(RowN chip, Index32 from, Index32 to, const ChipState& state);

}  // namespace muster::registry
