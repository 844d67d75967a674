#pragma once

#include <string>

#include "ledger/base/error.hpp"
#include "ledger/base/timestamp.hpp"

namespace muster::cli {

/// "FROM..TO", each a day or an instant; TO is not in it.
/// Errors: `invalid_input`, also for an end that is not after its beginning.
Result<Window> parse_window(const std::string& text);

}  // namespace muster::cli
