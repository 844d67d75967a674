#pragma once

#include <string>
#include <string_view>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster {

/// Standard base64 with padding. Source: RFC 4648 section 4.
[[nodiscard]] std::string to_base64(ByteView bytes);

/// Strict: standard alphabet, full padding, zero spare bits, no white space.
/// Errors: `invalid_input`.
Result<Bytes> bytes_from_base64(std::string_view text);

/// Standard or URL-safe alphabet (not mixed), padding optional: what DSSE verifiers must accept.
/// Errors: `invalid_input`.
Result<Bytes> bytes_from_any_base64(std::string_view text);

}  // namespace muster
