#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "ledger/base/error.hpp"

namespace muster {

/// A JSON value. Objects keep their keys sorted bytewise, which for ASCII keys is RFC 8785 order.
using Json = nlohmann::json;

inline constexpr std::int64_t max_json_integer = 9007199254740991;  ///< 2^53 - 1
inline constexpr std::size_t max_json_depth = 64;

/// Parses the JSON of signed documents: RFC 8785 (JCS) restricted to integers within
/// +-(2^53 - 1), no fractions and no exponents, keys of printable ASCII without `"` and `\`, no
/// duplicate keys, valid UTF-8, nesting of at most 64. White space and key order are free.
/// Errors: `invalid_input`, with the byte offset or the key.
Result<Json> parse_json(std::string_view text);

/// Parses JSON that others made: like `parse_json`, but any keys and any numbers of 64 bits.
/// Duplicate keys, invalid UTF-8 and deep nesting are refused here as well.
Result<Json> parse_foreign_json(std::string_view text);

/// The canonical bytes of `value`. Requires: a value that `parse_json` could have returned.
[[nodiscard]] std::string canonical_json(const Json& value);

/// Like `parse_json`, and demands that `text` is exactly the canonical form.
/// Errors: `invalid_input`.
Result<Json> parse_canonical_json(std::string_view text);

}  // namespace muster
