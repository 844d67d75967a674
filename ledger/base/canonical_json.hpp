#pragma once

#include <optional>
#include <string_view>

#include "ledger/base/json.hpp"

namespace muster {

/// Reads text that is plainly canonical JSON in one pass: keys that rise, no white space, integers
/// in their one spelling, text of printable ASCII without escapes.
///
/// Nothing for any other text, canonical or not: `parse_canonical_json` then looks more closely. So
/// what this returns is always what the closer look would have returned, which a fuzz target
/// checks.
[[nodiscard]] std::optional<Json> read_plain_canonical_json(std::string_view text);

}  // namespace muster
