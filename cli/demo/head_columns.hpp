#pragma once

#include "cli/demo/prover_side.hpp"
#include "ledger/base/json.hpp"

namespace muster::cli::demo {

/// What one manifest of heads holds: about 150 MB.
inline constexpr std::size_t heads_per_statement = 500'000;

/// A head as a line of heads.commit names it.
[[nodiscard]] Json head_columns(const FiledHead& head);

}  // namespace muster::cli::demo
