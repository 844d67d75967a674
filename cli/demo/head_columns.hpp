#pragma once

#include "cli/demo/prover_side.hpp"
#include "ledger/base/json.hpp"

namespace muster::cli::demo {

/// A head as a line of heads.commit names it.
[[nodiscard]] Json head_columns(const FiledHead& head);

}  // namespace muster::cli::demo
