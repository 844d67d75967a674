#include "registry/catalogue/chip_model.hpp"

#include <algorithm>

namespace muster::catalogue {

std::string slug(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool plain = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
    if (plain) {
      text += lower;
    } else if (!text.empty() && text.back() != '-') {
      text += '-';
    }
  }
  if (!text.empty() && text.back() == '-') text.pop_back();
  return text;
}

std::optional<Fixed> tpp(const ChipModel& model) {
  std::optional<Fixed> highest;
  for (const FormatRate& rate : model.rates) {
    if (rate.format == "TF32") continue;
    const Fixed value = Fixed::from_units(rate.tera_per_s.units() * rate.bits);
    if (!highest || *highest < value) highest = value;
  }
  return highest;
}

std::optional<Fixed> performance_density(const ChipModel& model) {
  const auto total = tpp(model);
  if (!total || !model.die_area_mm2 || model.die_area_mm2->units() == 0) return std::nullopt;
  // units x 10^6 / units: the scaled dividend stays below 2^128, not below 2^64.
  const auto scaled = static_cast<__uint128_t>(total->units()) * Fixed::units_per_one;
  return Fixed::from_units(static_cast<std::uint64_t>(scaled / model.die_area_mm2->units()));
}

}  // namespace muster::catalogue
