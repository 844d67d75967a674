#pragma once

#include <string>
#include <string_view>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster {

/// Two lower-case hex digits per byte.
[[nodiscard]] std::string to_hex(ByteView bytes);

/// The bytes of an even number of hex digits of either case.
/// Errors: `invalid_input` on an odd length or another character.
Result<Bytes> bytes_from_hex(std::string_view text);

/// Fills `out` from exactly twice as many hex digits.
/// Errors: `invalid_input` on any other length or character; `out` is then undefined.
Result<void> fill_from_hex(std::string_view text, std::span<std::uint8_t> out);

/// The same from lower-case digits alone: for formats in which bytes have one spelling.
Result<void> fill_from_lower_hex(std::string_view text, std::span<std::uint8_t> out);

}  // namespace muster
