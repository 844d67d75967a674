#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/base/error.hpp"

namespace muster::catalogue {

/// A figure of a data sheet exactly as it is printed: 0 to 9,000,000,000 with at most six decimals.
/// Never a double: 149.7 is 149.7, and 149.7 x 16 is below 2400.
class Fixed final {
 public:
  static constexpr std::uint64_t units_per_one = 1'000'000;
  static constexpr std::uint64_t most = 9'000'000'000;

  Fixed() = default;
  /// Reads `1979`, `0.898`, `13125.50`. Errors: `invalid_input` on any other text.
  static Result<Fixed> parse(std::string_view text);
  static Fixed from_units(std::uint64_t units) { return Fixed(units); }

  /// The figure times 10^6, a whole number.
  [[nodiscard]] std::uint64_t units() const { return units_; }
  /// The shortest text: `1979`, `0.898`.
  [[nodiscard]] std::string text() const;
  /// Rounded half up to `decimals` places, as data sheets print it: 6.0436 is `6.04`.
  /// Requires: decimals <= 6.
  [[nodiscard]] std::string rounded(unsigned decimals) const;

  friend auto operator<=>(const Fixed&, const Fixed&) = default;

 private:
  explicit Fixed(std::uint64_t units) : units_(units) {}
  std::uint64_t units_ = 0;
};

}  // namespace muster::catalogue
