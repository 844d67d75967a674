#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster {

/// The registry's identifier of one accountable package. 128 bits: 48-bit reservation block, 40-bit
/// ordinal in the block, 40 random bits (so that ids cannot be guessed from neighbours).
///
/// Text: 26 characters of Crockford base32 (130 bits, the first two zero) and one check character
/// by ISO/IEC 7064 MOD 37,36 over the 26.
class ChipId final {
 public:
  static constexpr std::uint64_t block_limit = std::uint64_t{1} << 48U;
  static constexpr std::uint64_t part_limit = std::uint64_t{1} << 40U;

  struct Parts {
    std::uint64_t block;    ///< below 2^48
    std::uint64_t ordinal;  ///< below 2^40
    std::uint64_t random;   ///< below 2^40
  };

  /// Requires: every part below its limit.
  static ChipId from_parts(const Parts& parts);
  static ChipId from_bytes(const std::array<std::uint8_t, 16>& bytes) { return ChipId(bytes); }
  /// Exactly the 27 characters of `to_string`.
  /// Errors: `invalid_input`, and says so when only the check character is wrong.
  static Result<ChipId> parse(std::string_view text);
  /// What a person types or a scanner reads: lower case, spaces and dashes, O for 0, I and L for 1.
  static Result<ChipId> parse_typed(std::string_view text);

  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] Parts parts() const;
  [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }

  friend auto operator<=>(const ChipId&, const ChipId&) = default;

 private:
  explicit ChipId(const std::array<std::uint8_t, 16>& bytes) : bytes_(bytes) {}
  std::array<std::uint8_t, 16> bytes_;
};

/// The check character of `text`. Requires: only 0-9 and A-Z. Source: ISO/IEC 7064, MOD 37,36.
[[nodiscard]] char check_character(std::string_view text);

}  // namespace muster

template <>
struct std::hash<muster::ChipId> {
  std::size_t operator()(const muster::ChipId& id) const noexcept {
    const auto parts = id.parts();
    return static_cast<std::size_t>(parts.block * 0x9E3779B97F4A7C15U ^ (parts.ordinal << 20U) ^
                                    parts.random);
  }
};
