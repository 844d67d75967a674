#include "cli/print/number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "ledger/base/check.hpp"

namespace muster::print {
namespace {

std::string grouped_digits(std::string_view digits) {
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string text_of(double value, std::chars_format format, int precision) {
  std::array<char, 400> buffer{};  // the longest fixed double has 309 digits before the point
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format, precision);
  MUSTER_CHECK(error == std::errc{});
  return {buffer.data(), end};
}

void drop_trailing_zeros(std::string& text) {
  if (text.find('.') == std::string::npos) return;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
}

/// `1.50e+26` becomes `1.5e26`.
std::string tidy_exponent(const std::string& scientific) {
  const std::size_t mark = scientific.find('e');
  std::string mantissa = scientific.substr(0, mark);
  drop_trailing_zeros(mantissa);
  int exponent = 0;
  const std::size_t skip = scientific[mark + 1] == '+' ? 2 : 1;
  std::from_chars(scientific.data() + mark + skip, scientific.data() + scientific.size(), exponent);
  return mantissa + "e" + std::to_string(exponent);
}

std::string two_digits(std::int64_t value) {
  return (value < 10 ? "0" : "") + std::to_string(value);
}

}  // namespace

std::string grouped(std::uint64_t value) { return grouped_digits(std::to_string(value)); }

std::string grouped(std::int64_t value) {
  const std::string text = std::to_string(value);
  return value < 0 ? "-" + grouped_digits(std::string_view(text).substr(1)) : grouped_digits(text);
}

std::string grouped_decimal(std::string_view digits) {
  const std::string_view sign = digits.starts_with('-') ? digits.substr(0, 1) : std::string_view();
  const std::string_view rest = digits.substr(sign.size());
  const std::size_t point = std::min(rest.find('.'), rest.size());
  const std::string_view whole = rest.substr(0, point);
  const std::string_view fraction = rest.substr(std::min(point + 1, rest.size()));
  if (whole.empty() || !all_digits(whole) || !all_digits(fraction)) return std::string(digits);
  return std::string(sign) + grouped_digits(whole) + std::string(rest.substr(point));
}

std::string percent(double share, int decimals) {
  if (!std::isfinite(share)) return "not a number";
  const double least = std::pow(10.0, -decimals);
  const std::string least_text = text_of(least, std::chars_format::fixed, decimals);
  const std::string most_text = text_of(100.0 - least, std::chars_format::fixed, decimals);
  if (share > 0 && share * 100.0 < least / 2) return "< " + least_text + " %";
  if (share < 1 && share * 100.0 >= 100.0 - least / 2) return "> " + most_text + " %";
  return text_of(share * 100.0, std::chars_format::fixed, decimals) + " %";
}

std::string compact(double value, int digits) {
  if (std::isnan(value)) return "not a number";
  if (std::isinf(value)) return value > 0 ? "unlimited" : "-unlimited";
  if (value == 0) return "0";
  const std::string scientific = text_of(value, std::chars_format::scientific, digits - 1);
  int exponent = 0;
  const std::size_t mark = scientific.find('e');
  const std::size_t skip = scientific[mark + 1] == '+' ? 2 : 1;
  std::from_chars(scientific.data() + mark + skip, scientific.data() + scientific.size(), exponent);
  if (exponent < -3 || exponent >= 6) return tidy_exponent(scientific);
  std::string plain = text_of(value, std::chars_format::fixed, std::max(0, digits - 1 - exponent));
  drop_trailing_zeros(plain);
  return grouped_decimal(plain);
}

std::string duration(std::int64_t ms) {
  if (ms < 0) return "-" + duration(-ms);
  if (ms < 1000) return std::to_string(ms) + " ms";
  const std::int64_t seconds = ms / 1000;
  if (seconds < 60) {
    return std::to_string(seconds) + "." + std::to_string(ms % 1000 / 100) + " s";
  }
  const std::int64_t minutes = seconds / 60;
  if (minutes < 60) {
    return std::to_string(minutes) + " min " + two_digits(seconds % 60) + " s";
  }
  const std::int64_t hours = minutes / 60;
  if (hours < 48) return std::to_string(hours) + " h " + two_digits(minutes % 60) + " min";
  return grouped(hours / 24) + " d " + std::to_string(hours % 24) + " h";
}

std::string byte_size(std::uint64_t bytes) {
  static constexpr std::array<std::string_view, 6> units = {" KiB", " MiB", " GiB",
                                                            " TiB", " PiB", " EiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  double size = static_cast<double>(bytes) / 1024.0;
  std::size_t unit = 0;
  while (size >= 1023.95 && unit + 1 < units.size()) {
    size /= 1024.0;
    ++unit;
  }
  return text_of(size, std::chars_format::fixed, 1) + std::string(units.at(unit));
}

std::string counted(std::uint64_t count, std::string_view singular, std::string_view plural) {
  std::string noun(singular);
  if (count != 1) noun = plural.empty() ? noun + "s" : std::string(plural);
  return grouped(count) + " " + noun;
}

}  // namespace muster::print
