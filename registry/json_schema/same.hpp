#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "ledger/base/json.hpp"

namespace muster::json_schema {

/// Equality as JSON Schema has it: numbers by value, so 1 is 1.0; objects whatever their order.
/// Source: draft-handrews-json-schema-01 section 4.2.3.
[[nodiscard]] bool same(const Json& a, const Json& b);

/// Two positions of an array that hold the same, the first of them as early as can be.
/// Cost: n log n comparisons.
[[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> first_twin(const Json& array);

}  // namespace muster::json_schema
