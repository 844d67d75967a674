#include "ledger/base/chip_id.hpp"

#include "ledger/base/check.hpp"

namespace muster {
namespace {

constexpr std::string_view base32_digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t id_digits = 26;

tl::unexpected<Error> bad_id(std::string_view text, const std::string& want) {
  return failure(Errc::invalid_input,
                 "chip id: got \"" + std::string(text.substr(0, 40)) + "\", want " + want);
}

unsigned base32_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  return static_cast<unsigned>(c - 'A') + 10;
}

}  // namespace

char check_character(std::string_view text) {
  unsigned product = 36;
  for (const char c : text) {
    MUSTER_CHECK((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'));
    unsigned sum = (product + base32_value(c)) % 36;
    if (sum == 0) sum = 36;
    product = sum * 2 % 37;
  }
  const unsigned check = (37 - product) % 36;
  return static_cast<char>(check < 10 ? '0' + check : 'A' + (check - 10));
}

ChipId ChipId::from_parts(const Parts& parts) {
  MUSTER_CHECK(parts.block < block_limit);
  MUSTER_CHECK(parts.ordinal < part_limit);
  MUSTER_CHECK(parts.random < part_limit);
  const auto high = u64be((parts.block << 16U) | (parts.ordinal >> 24U));
  const auto low = u64be((parts.ordinal << 40U) | parts.random);
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = high[i];
    bytes[i + 8] = low[i];
  }
  return ChipId(bytes);
}

ChipId::Parts ChipId::parts() const {
  const std::uint64_t high = read_u64be(ByteView(bytes_).first(8));
  const std::uint64_t low = read_u64be(ByteView(bytes_).last(8));
  return {.block = high >> 16U,
          .ordinal = ((high & 0xFFFFU) << 24U) | (low >> 40U),
          .random = low & (part_limit - 1)};
}

std::string ChipId::to_string() const {
  std::string text;
  text.reserve(id_digits + 1);
  // 130 bits, the first two zero: begin with a buffer that holds two zero bits.
  std::uint32_t buffer = 0;
  unsigned bits = 2;
  for (const std::uint8_t byte : bytes_) {
    buffer = (buffer << 8U) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text.push_back(base32_digits[(buffer >> bits) & 31U]);
    }
  }
  text.push_back(check_character(text));
  return text;
}

Result<ChipId> ChipId::parse(std::string_view text) {
  if (text.size() != id_digits + 1) {
    return bad_id(text, "26 characters of Crockford base32 and a check character");
  }
  std::array<std::uint8_t, 16> bytes{};
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  std::size_t filled = 0;
  for (std::size_t i = 0; i < id_digits; ++i) {
    const auto digit = base32_digits.find(text[i]);
    if (digit == std::string_view::npos || (i == 0 && digit > 7)) {
      return bad_id(text, "Crockford base32 (0-9 A-Z without I L O U), the first at most 7");
    }
    buffer = ((buffer << 5U) | static_cast<std::uint32_t>(digit)) & 0xFFFFFU;
    // The first digit carries only three bits of the id.
    bits += i == 0 ? 3 : 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[filled++] = static_cast<std::uint8_t>(buffer >> bits);
    }
  }
  const char check = check_character(text.substr(0, id_digits));
  if (check != text[id_digits]) return bad_id(text, std::string("check character ") + check);
  return ChipId(bytes);
}

Result<ChipId> ChipId::parse_typed(std::string_view text) {
  std::string plain;
  for (char c : text) {
    if (c == ' ' || c == '-') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    // The check character has all 36 signs, so only the digits before it are mended.
    if (plain.size() < id_digits && c == 'O') c = '0';
    if (plain.size() < id_digits && (c == 'I' || c == 'L')) c = '1';
    plain.push_back(c);
  }
  return parse(plain);
}

}  // namespace muster
