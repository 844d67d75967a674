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

const FormatRate* tpp_rate(const ChipModel& model) {
  const FormatRate* highest = nullptr;
  for (const FormatRate& rate : model.rates) {
    if (rate.format == "TF32") continue;
    const bool more = highest == nullptr || highest->tera_per_s.units() * highest->bits <
                                                rate.tera_per_s.units() * rate.bits;
    if (more) highest = &rate;
  }
  return highest;
}

std::optional<Fixed> tpp(const ChipModel& model) {
  const FormatRate* rate = tpp_rate(model);
  if (rate == nullptr) return std::nullopt;
  return Fixed::from_units(rate->tera_per_s.units() * rate->bits);
}

std::optional<Fixed> performance_density(const std::optional<Fixed>& total,
                                         const std::optional<Fixed>& die_area_mm2) {
  if (!total || !die_area_mm2 || die_area_mm2->units() == 0) return std::nullopt;
  // units x 10^6 / units: the scaled dividend stays below 2^128, not below 2^64.
  const auto scaled = static_cast<__uint128_t>(total->units()) * Fixed::units_per_one;
  return Fixed::from_units(static_cast<std::uint64_t>(scaled / die_area_mm2->units()));
}

std::optional<Fixed> performance_density(const ChipModel& model) {
  return performance_density(tpp(model), model.die_area_mm2);
}

}  // namespace muster::catalogue
