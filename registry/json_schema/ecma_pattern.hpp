#pragma once

#include <string>
#include <string_view>

#include "ledger/base/error.hpp"

namespace muster::json_schema {

/// A regular expression of ECMA-262, as JSON Schema has them, in the spelling that PCRE2 gives the
/// same meaning: `.`, `\s`, `\S` over Unicode, `[` within a class, property names. What ECMA-262
/// does not know is refused, also where PCRE2 would take it: `\Z`, `(?i)`, `a++`, `(*VERB)`.
///
/// Source: ECMA-262 (2019) section 21.2.1 with the u flag, but a backslash before any punctuation
/// may stand, and so may a brace that begins no quantifier (its annex B.1.4).
/// Errors: `invalid_input`, with the place in the pattern.
Result<std::string> pcre_of_ecma(std::string_view pattern);

}  // namespace muster::json_schema
