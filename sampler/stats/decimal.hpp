#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/base/error.hpp"

namespace muster::stats {

/// An integer of any size.
using BigInt = boost::multiprecision::cpp_int;

/// An exact quotient of two integers of any size, always in lowest terms.
using Rational = boost::multiprecision::cpp_rational;

/// A number exactly as a person wrote it: 0.95 is 95/100 and never the nearest double.
class Decimal {
 public:
  Decimal() = default;
  explicit Decimal(Rational value) : value_(std::move(value)) {}

  /// Reads `-12`, `0.95`, `1e26`, `8.64E+19` or a quotient of integers, `1/720`.
  /// Errors: `invalid_input` on any other text, on a zero divisor, on more than 200 characters, and
  /// on an exponent beyond 1000 either way.
  static Result<Decimal> parse(std::string_view text);

  [[nodiscard]] static Decimal from_integer(std::uint64_t value) {
    return Decimal(Rational(value));
  }

  [[nodiscard]] const Rational& value() const { return value_; }

  /// The shortest exact text: `0.95`, `1e26`, `1/720`. What `parse` reads back as the same number.
  [[nodiscard]] std::string text() const;

  /// The nearest double.
  [[nodiscard]] double to_double() const;

  friend Decimal operator+(const Decimal& a, const Decimal& b) {
    return Decimal(a.value_ + b.value_);
  }
  friend Decimal operator-(const Decimal& a, const Decimal& b) {
    return Decimal(a.value_ - b.value_);
  }
  friend Decimal operator*(const Decimal& a, const Decimal& b) {
    return Decimal(a.value_ * b.value_);
  }
  /// Requires: b is not zero.
  friend Decimal operator/(const Decimal& a, const Decimal& b) {
    return Decimal(a.value_ / b.value_);
  }
  friend bool operator==(const Decimal& a, const Decimal& b) { return a.value_ == b.value_; }
  friend bool operator<(const Decimal& a, const Decimal& b) { return a.value_ < b.value_; }
  friend bool operator>(const Decimal& a, const Decimal& b) { return a.value_ > b.value_; }
  friend bool operator<=(const Decimal& a, const Decimal& b) { return a.value_ <= b.value_; }
  friend bool operator>=(const Decimal& a, const Decimal& b) { return a.value_ >= b.value_; }

 private:
  Rational value_;
};

/// The greatest integer not above `value`, exactly.
[[nodiscard]] BigInt floor_integer(const Rational& value);

/// The smallest integer not below `value`, exactly.
[[nodiscard]] BigInt ceil_integer(const Rational& value);

/// `value` as a 64-bit count; nothing when it is negative or too large.
[[nodiscard]] std::optional<std::uint64_t> to_count(const BigInt& value);

/// `value` as a 64-bit count, exactly.
/// Errors: `invalid_input`, naming `what`, when it is negative, not whole, or 2^64 or more.
Result<std::uint64_t> count_from(const Decimal& value, std::string_view what);

}  // namespace muster::stats
