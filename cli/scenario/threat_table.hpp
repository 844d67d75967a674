#pragma once

#include <string>

#include "ledger/base/json.hpp"

namespace muster::cli::scenario {

/// The threat table in Markdown: every row with its promise, what the score beside it measured,
/// what cannot be tested and what is not played. `score`: as `score_json` made it, or null for the
/// rows alone. Plays of rows that are not in the table are left out.
/// Errors: `invalid_input` for a document that is no score.
Result<std::string> threat_table(const Json& score);

/// An upper bound of a probability, from 0 to 1, with four places and rounded up: no less is
/// admitted than was measured.
[[nodiscard]] std::string upper_bound_text(double bound);

}  // namespace muster::cli::scenario
