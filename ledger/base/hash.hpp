#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster {

/// A SHA-256 digest. Ordered bytewise, so it can key a map; printed as 64 lower-case hex digits.
struct Hash {
  static constexpr std::size_t size_bytes = 32;

  std::array<std::uint8_t, size_bytes> bytes{};

  /// Parses exactly 64 lower-case hex digits: a digest has one spelling in every format.
  /// Errors: `invalid_input` on any other length or character.
  static Result<Hash> from_hex(std::string_view text);
  /// Takes exactly 32 bytes. Errors: `invalid_input` on any other length.
  static Result<Hash> from_bytes(ByteView bytes);
  [[nodiscard]] std::string to_hex() const;
  [[nodiscard]] ByteView view() const { return bytes; }

  friend auto operator<=>(const Hash&, const Hash&) = default;
};

}  // namespace muster

/// A digest is uniform already: its first word is a good table key.
template <>
struct std::hash<muster::Hash> {
  std::size_t operator()(const muster::Hash& value) const noexcept {
    std::size_t word = 0;
    std::memcpy(&word, value.bytes.data(), sizeof word);
    return word;
  }
};
