#pragma once

#include <string>
#include <vector>

#include "ledger/base/json.hpp"
#include "ledger/index.hpp"

namespace muster::cli {

/// "12 to 19, 33", or "none".
[[nodiscard]] std::string ranges_text(const std::vector<ledger::EntryRange>& ranges);

/// [{"first","count"},…].
[[nodiscard]] Json ranges_json(const std::vector<ledger::EntryRange>& ranges);

}  // namespace muster::cli
