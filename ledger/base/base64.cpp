#include "ledger/base/base64.hpp"

#include <array>

namespace muster {
namespace {

constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t invalid = 255;

constexpr std::array<std::uint8_t, 256> base64_values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(invalid);
  for (std::size_t i = 0; i < base64_digits.size(); ++i) {
    table[static_cast<std::uint8_t>(base64_digits[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}();

std::uint32_t value_of(char c) { return base64_values[static_cast<std::uint8_t>(c)]; }

tl::unexpected<Error> bad(const std::string& what) {
  return failure(Errc::invalid_input, "base64: " + what);
}

tl::unexpected<Error> bad_character(std::string_view digits) {
  std::size_t at = 0;
  while (value_of(digits[at]) != invalid) ++at;
  return bad("character " + std::to_string(at + 1) + " is not of the alphabet");
}

/// Decodes unpadded digits of the standard alphabet.
Result<Bytes> decode_digits(std::string_view digits) {
  if (digits.size() % 4 == 1) return bad("got a length that no byte string has");
  Bytes bytes(digits.size() * 3 / 4);
  std::uint32_t seen = 0;  // the digits' bits, to find one that is none
  const std::size_t whole = digits.size() / 4;
  for (std::size_t i = 0; i < whole; ++i) {
    const char* const four = digits.data() + 4 * i;
    const std::uint32_t a = value_of(four[0]);
    const std::uint32_t b = value_of(four[1]);
    const std::uint32_t c = value_of(four[2]);
    const std::uint32_t d = value_of(four[3]);
    seen |= a | b | c | d;
    const std::uint32_t group = a << 18U | b << 12U | c << 6U | d;
    bytes[3 * i] = static_cast<std::uint8_t>(group >> 16U);
    bytes[3 * i + 1] = static_cast<std::uint8_t>(group >> 8U);
    bytes[3 * i + 2] = static_cast<std::uint8_t>(group);
  }
  std::uint32_t rest = 0;
  for (const char c : digits.substr(4 * whole)) {
    rest = rest << 6U | (value_of(c) & 0x3FU);
    seen |= value_of(c);
  }
  if (seen > 0x3FU) return bad_character(digits);
  const std::size_t left = digits.size() % 4;  // 0, 2 or 3 digits are 0, 1 or 2 bytes
  const unsigned spare = left == 0 ? 0 : left == 2 ? 4 : 2;
  if ((rest & ((1U << spare) - 1U)) != 0) return bad("spare bits are not zero");
  rest >>= spare;
  if (left == 2) bytes.back() = static_cast<std::uint8_t>(rest);
  if (left == 3) {
    bytes[3 * whole] = static_cast<std::uint8_t>(rest >> 8U);
    bytes[3 * whole + 1] = static_cast<std::uint8_t>(rest);
  }
  return bytes;
}

std::string_view without_padding(std::string_view text) {
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  return text.substr(0, text.size() - padding);
}

}  // namespace

std::string to_base64(ByteView bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  char* out = text.data();
  const auto put = [&out](std::uint32_t group, unsigned digits) {
    for (unsigned shift = 18; digits > 0; --digits, shift -= 6) {
      *out++ = base64_digits[(group >> shift) & 63U];
    }
  };
  while (bytes.size() >= 3) {
    put(std::uint32_t{bytes[0]} << 16U | std::uint32_t{bytes[1]} << 8U | bytes[2], 4);
    bytes = bytes.subspan(3);
  }
  if (bytes.size() == 2) put(std::uint32_t{bytes[0]} << 16U | std::uint32_t{bytes[1]} << 8U, 3);
  if (bytes.size() == 1) put(std::uint32_t{bytes[0]} << 16U, 2);
  return text;
}

Result<Bytes> bytes_from_base64(std::string_view text) {
  if (text.size() % 4 != 0) {
    return bad("got " + std::to_string(text.size()) + " characters, want a multiple of 4");
  }
  return decode_digits(without_padding(text));
}

Result<Bytes> bytes_from_any_base64(std::string_view text) {
  std::string digits(without_padding(text));
  const bool url = digits.find_first_of("-_") != std::string::npos;
  if (url && digits.find_first_of("+/") != std::string::npos) return bad("two alphabets are mixed");
  for (char& c : digits) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  if (digits.size() != text.size() && text.size() % 4 != 0) return bad("padding is incomplete");
  return decode_digits(digits);
}

}  // namespace muster
