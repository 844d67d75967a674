#include "ledger/base/base64.hpp"

#include <array>

namespace muster {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t invalid = 255;

std::array<std::uint8_t, 256> make_table() {
  std::array<std::uint8_t, 256> table{};
  table.fill(invalid);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}

const std::array<std::uint8_t, 256>& table() {
  static const auto values = make_table();
  return values;
}

tl::unexpected<Error> bad(const std::string& what) {
  return failure(Errc::invalid_input, "base64: " + what);
}

/// Decodes unpadded digits of the standard alphabet.
Result<Bytes> decode_digits(std::string_view digits) {
  if (digits.size() % 4 == 1) return bad("got a length that no byte string has");
  Bytes bytes;
  bytes.reserve(digits.size() * 3 / 4);
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const std::uint8_t value = table()[static_cast<std::uint8_t>(digits[i])];
    if (value == invalid) {
      return bad("character " + std::to_string(i + 1) + " is not of the alphabet");
    }
    buffer = ((buffer << 6U) | value) & 0xFFFFFU;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<std::uint8_t>(buffer >> bits));
    }
  }
  if ((buffer & ((1U << bits) - 1U)) != 0) return bad("spare bits are not zero");
  return bytes;
}

std::string_view without_padding(std::string_view text) {
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  return text.substr(0, text.size() - padding);
}

}  // namespace

std::string to_base64(ByteView bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const std::uint32_t group = (std::uint32_t{bytes[i]} << 16U) |
                                (left > 1 ? std::uint32_t{bytes[i + 1]} << 8U : 0U) |
                                (left > 2 ? std::uint32_t{bytes[i + 2]} : 0U);
    text.push_back(alphabet[(group >> 18U) & 63U]);
    text.push_back(alphabet[(group >> 12U) & 63U]);
    text.push_back(left > 1 ? alphabet[(group >> 6U) & 63U] : '=');
    text.push_back(left > 2 ? alphabet[group & 63U] : '=');
  }
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
