#pragma once

#include <string>
#include <string_view>

#include "ledger/base/json.hpp"
#include "registry/exchange/event_hash.hpp"

// Single values as pre-hash strings have them. Internal to event_hash.

namespace muster::exchange {

/// A number in the shortest form that is read back as the same double: "26", "12.1", "1e-05".
[[nodiscard]] std::string hash_number(double value);

/// A text: white space trimmed, compact names expanded, URNs of the CBV as web URIs, GS1 keys as
/// Digital Links, what reads as a number as that number.
[[nodiscard]] std::string hash_text(std::string_view text, const HashContext& context);

/// A text, number or boolean; empty for null.
[[nodiscard]] std::string hash_value(const Json& value, const HashContext& context);

/// A term of a vocabulary: a bare word gets `prefix`.
[[nodiscard]] std::string hash_term(const Json& value, std::string_view prefix,
                                    const HashContext& context);

/// An instant in UTC with milliseconds, the third digit rounded by the fourth; as it stands if it
/// is none.
[[nodiscard]] std::string hash_time(const Json& value, const HashContext& context);

}  // namespace muster::exchange
