#include "ledger/base/hex.hpp"

namespace muster {
namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

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
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = digit_value(text[2 * i]);
    const int low = digit_value(text[2 * i + 1]);
    if (high < 0 || low < 0) {
      return failure(Errc::invalid_input, "hex: character " + std::to_string(2 * i + 1) +
                                              " or the next is not a hex digit");
    }
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return {};
}

}  // namespace muster
