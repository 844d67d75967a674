#include "sampler/stats/decimal.hpp"

#include <algorithm>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <limits>
#include <utility>

namespace muster::stats {
namespace {

constexpr std::size_t max_length = 200;
constexpr int max_exponent = 1000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

BigInt power_of_ten(int exponent) {
  return boost::multiprecision::pow(BigInt(10), static_cast<unsigned>(exponent));
}

// Takes the digits at the front of `rest` and appends them to `digits`.
std::size_t take_digits(std::string_view& rest, std::string& digits) {
  std::size_t count = 0;
  while (count < rest.size() && is_digit(rest[count])) ++count;
  digits.append(rest.substr(0, count));
  rest.remove_prefix(count);
  return count;
}

bool take(std::string_view& rest, char c) {
  if (rest.empty() || rest.front() != c) return false;
  rest.remove_prefix(1);
  return true;
}

// cpp_int reads a leading 0 as octal, so leading zeros go first.
BigInt integer_from(const std::string& digits) {
  const auto first = digits.find_first_not_of('0');
  return first == std::string::npos ? BigInt(0) : BigInt(digits.substr(first));
}

std::optional<int> take_exponent(std::string_view& rest) {
  if (!take(rest, 'e') && !take(rest, 'E')) return 0;
  const bool negative = take(rest, '-');
  if (!negative) take(rest, '+');
  std::string digits;
  if (take_digits(rest, digits) == 0 || digits.size() > 5) return std::nullopt;
  const int value = std::stoi(digits);
  if (value > max_exponent) return std::nullopt;
  return negative ? -value : value;
}

std::optional<Rational> quotient_from(const std::string& numerator, std::string_view rest) {
  std::string denominator;
  if (take_digits(rest, denominator) == 0 || !rest.empty()) return std::nullopt;
  const BigInt divisor = integer_from(denominator);
  if (divisor == 0) return std::nullopt;
  return Rational(integer_from(numerator), divisor);
}

std::optional<Rational> unsigned_from(std::string_view rest) {
  std::string digits;
  if (take_digits(rest, digits) == 0) return std::nullopt;
  if (take(rest, '/')) return quotient_from(digits, rest);
  int scale = 0;
  if (take(rest, '.')) {
    const std::size_t places = take_digits(rest, digits);
    if (places == 0) return std::nullopt;
    scale = static_cast<int>(places);
  }
  const auto exponent = take_exponent(rest);
  if (!exponent || !rest.empty()) return std::nullopt;
  const int shift = *exponent - scale;
  const BigInt number = integer_from(digits);
  if (shift >= 0) return Rational(number * power_of_ten(shift));
  return Rational(number, power_of_ten(-shift));
}

// How many times `factor` divides `number`, which is divided by it as often.
int divide_out(BigInt& number, unsigned factor) {
  int count = 0;
  while (number % factor == 0) {
    number /= factor;
    ++count;
  }
  return count;
}

// The text of digits * 10^exponent; plain where that is readable, as in JSON.
std::string place_point(const std::string& digits, int exponent) {
  const int length = static_cast<int>(digits.size());
  const int point = length + exponent;
  if (exponent >= 0 && point <= 21)
    return digits + std::string(static_cast<std::size_t>(exponent), '0');
  if (exponent < 0 && point > 0) {
    return digits.substr(0, static_cast<std::size_t>(point)) + "." +
           digits.substr(static_cast<std::size_t>(point));
  }
  if (exponent < 0 && point > -6) {
    return "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  }
  const std::string fraction = length > 1 ? "." + digits.substr(1) : "";
  return digits.substr(0, 1) + fraction + "e" + std::to_string(point - 1);
}

}  // namespace

Result<Decimal> Decimal::parse(std::string_view text) {
  const auto unreadable = [&] {
    return failure(Errc::invalid_input,
                   "number: got \"" + std::string(text.substr(0, 40)) +
                       "\", want a decimal such as 0.95 or 1e26, or a quotient a/b");
  };
  if (text.size() > max_length) return unreadable();
  std::string_view rest = text;
  const bool negative = take(rest, '-');
  auto value = unsigned_from(rest);
  if (!value) return unreadable();
  return Decimal(negative ? Rational(-*value) : *std::move(value));
}

std::string Decimal::text() const {
  if (value_ == 0) return "0";
  BigInt number = abs(numerator(value_));
  const std::string sign = value_ < 0 ? "-" : "";
  BigInt rest = denominator(value_);
  const int twos = divide_out(rest, 2);
  const int fives = divide_out(rest, 5);
  if (rest != 1) return sign + number.str() + "/" + denominator(value_).str();
  const int places = std::max(twos, fives);
  number *= power_of_ten(places) / denominator(value_);
  const int zeros = divide_out(number, 10);
  return sign + place_point(number.str(), zeros - places);
}

double Decimal::to_double() const {
  // By way of a wide float: a numerator beyond 1e308 over as large a denominator is still a number.
  using Wide = boost::multiprecision::cpp_bin_float_100;
  return (Wide(numerator(value_)) / Wide(denominator(value_))).convert_to<double>();
}

BigInt floor_integer(const Rational& value) {
  BigInt quotient = numerator(value) / denominator(value);
  if (value < 0 && quotient * denominator(value) != numerator(value)) --quotient;
  return quotient;
}

BigInt ceil_integer(const Rational& value) { return -floor_integer(-value); }

std::optional<std::uint64_t> to_count(const BigInt& value) {
  if (value < 0 || value > std::numeric_limits<std::uint64_t>::max()) return std::nullopt;
  return value.convert_to<std::uint64_t>();
}

Result<std::uint64_t> count_from(const Decimal& value, std::string_view what) {
  if (denominator(value.value()) == 1) {
    if (const auto count = to_count(numerator(value.value()))) return *count;
  }
  return failure(Errc::invalid_input, std::string(what) + ": got " + value.text() +
                                          ", want a whole number from 0 to 2^64 - 1");
}

}  // namespace muster::stats
