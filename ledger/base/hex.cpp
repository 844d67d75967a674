#include "ledger/base/hex.hpp"

#include <algorithm>
#include <array>

namespace muster {
namespace {

constexpr std::uint8_t no_digit = 255;

constexpr std::array<std::uint8_t, 256> digit_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_digit);
  for (std::uint8_t i = 0; i < 10; ++i) values['0' + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i) {
    values['a' + i] = static_cast<std::uint8_t>(10 + i);
    values['A' + i] = static_cast<std::uint8_t>(10 + i);
  }
  return values;
}();

std::uint8_t digit_value(char c) { return digit_values[static_cast<std::uint8_t>(c)]; }

}  // namespace

std::string to_hex(ByteView bytes) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text(bytes.size() * 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text[2 * i] = digits[bytes[i] >> 4U];
    text[2 * i + 1] = digits[bytes[i] & 0xFU];
  }
  return text;
}

Result<Bytes> bytes_from_hex(std::string_view text) {
  if (text.size() % 2 != 0) {
    return failure(Errc::invalid_input, "hex: got an odd number of digits, " +
                                            std::to_string(text.size()) + ", want pairs");
  }
  Bytes bytes(text.size() / 2);
  MUSTER_TRY(fill_from_hex(text, bytes));
  return bytes;
}

Result<void> fill_from_hex(std::string_view text, std::span<std::uint8_t> out) {
  if (text.size() != out.size() * 2) {
    return failure(Errc::invalid_input, "hex: got " + std::to_string(text.size()) +
                                            " characters, want " + std::to_string(out.size() * 2) +
                                            " hex digits");
  }
  // One look at the end and not one for each digit: millions of digests are read.
  std::uint8_t seen = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::uint8_t high = digit_value(text[2 * i]);
    const std::uint8_t low = digit_value(text[2 * i + 1]);
    seen |= high | low;
    out[i] = static_cast<std::uint8_t>(high * 16U + low);
  }
  if (seen > 0xFU) {
    const auto bad = std::ranges::find_if(text, [](char c) { return digit_value(c) == no_digit; });
    return failure(Errc::invalid_input, "hex: character " + std::to_string(bad - text.begin() + 1) +
                                            " is not a hex digit");
  }
  return {};
}

Result<void> fill_from_lower_hex(std::string_view text, std::span<std::uint8_t> out) {
  if (std::ranges::any_of(text, [](char c) { return c >= 'A' && c <= 'F'; })) {
    return failure(Errc::invalid_input, "hex: got upper-case digits, want lower-case ones");
  }
  return fill_from_hex(text, out);
}

}  // namespace muster
