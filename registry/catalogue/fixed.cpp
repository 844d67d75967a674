#include "registry/catalogue/fixed.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"

namespace muster::catalogue {
namespace {

constexpr std::size_t decimal_places = 6;

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::uint64_t number(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return value;
}

std::string point_text(std::uint64_t units, std::size_t places) {
  std::string text = std::to_string(units);
  if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
  if (places > 0) text.insert(text.size() - places, ".");
  return text;
}

}  // namespace

Result<Fixed> Fixed::parse(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point < text.size() ? text.substr(point + 1) : "0";
  const bool well_formed = all_digits(whole) && whole.size() <= 10 && all_digits(fraction) &&
                           fraction.size() <= decimal_places;
  if (!well_formed || number(whole) > most) {
    return failure(Errc::invalid_input, "got \"" + std::string(text.substr(0, 40)) +
                                            "\", want a number such as 1979 or 0.898");
  }
  const std::string padded = std::string(fraction) + std::string(decimal_places, '0');
  return Fixed(number(whole) * units_per_one + number(padded.substr(0, decimal_places)));
}

std::string Fixed::text() const {
  std::string text = point_text(units_, decimal_places);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string Fixed::rounded(unsigned decimals) const {
  MUSTER_CHECK(decimals <= decimal_places);
  std::uint64_t step = 1;
  for (std::size_t i = decimals; i < decimal_places; ++i) step *= 10;
  return point_text((units_ + step / 2) / step, decimals);
}

}  // namespace muster::catalogue
