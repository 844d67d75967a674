#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/json.hpp"

namespace muster::json_schema {

/// The reference tokens of a JSON Pointer; nothing if `text` is none. Source: RFC 6901.
[[nodiscard]] std::optional<std::vector<std::string>> pointer_tokens(std::string_view text);

/// A key as it stands in a pointer: `~` and `/` escaped.
[[nodiscard]] std::string pointer_token(std::string_view key);

/// A relative JSON Pointer, such as `1/foo` or `0#`.
[[nodiscard]] bool is_relative_pointer(std::string_view text);

/// What one token of a pointer leads to from `value`, or null.
[[nodiscard]] const Json* step_into(const Json& value, const std::string& token);

}  // namespace muster::json_schema
