#pragma once

#include <string>
#include <string_view>

#include "ledger/base/error.hpp"

namespace muster::cli {

/// Whether a Legal Entity Identifier is whole: 20 characters of which the last two check the rest.
/// Errors: `invalid_input`.
/// Source: 12 CFR part 1003, appendix C, which gives ISO/IEC 7064 MOD 97-10 as ISO 17442 uses it.
Result<void> check_lei(std::string_view text);

/// Whether a Global Location Number is whole: 13 digits of which the last checks the rest.
/// Errors: `invalid_input`.
/// Source: as of gs1::check_digit.
Result<void> check_gln(std::string_view text);

/// The value of the body's field of that name, if it is an identifier with check digits.
/// Errors: `invalid_input`.
Result<void> check_identifier(std::string_view field, std::string_view text);

}  // namespace muster::cli
