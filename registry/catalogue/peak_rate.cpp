#include "registry/catalogue/peak_rate.hpp"

namespace muster::catalogue {
namespace {

/// Whether `wanted` names `format` or one half of it: "bf16" is in "BF16/FP16".
bool names_format(std::string_view format, std::string_view wanted) {
  const std::size_t cut = format.find('/');
  if (slug(format) == slug(wanted)) return true;
  return cut != std::string_view::npos && (slug(format.substr(0, cut)) == slug(wanted) ||
                                           slug(format.substr(cut + 1)) == slug(wanted));
}

}  // namespace

std::uint64_t flop_per_s(const FormatRate& rate) {
  constexpr std::uint64_t tera = 1'000'000'000'000;
  return rate.tera_per_s.units() * (tera / Fixed::units_per_one);
}

Result<PeakRate> peak_rate(const ChipModel& model, const RateChoice& choice) {
  PeakRate best{0, {}, false};
  std::string formats;
  for (const FormatRate& rate : model.rates) {
    formats += (formats.empty() ? "" : ", ") + rate.format;
    if (!choice.format.empty() && !names_format(rate.format, choice.format)) continue;
    if (flop_per_s(rate) > best.flop_per_s) best = {flop_per_s(rate), rate.format, false};
  }
  if (model.rates.empty()) {
    return refusal("model.no_rate",
                   model.name + ": no rate: give --rate or exclude as not covered");
  }
  if (best.flop_per_s == 0) {
    return refusal("model.no_format", model.name + ": no rate in format \"" + choice.format +
                                          "\"; the catalogue has " + formats);
  }
  if (choice.with_sparsity && model.sparse_ratio) {
    // Rounded up: a rate that is too low would make the least number of chips too high.
    const auto scaled = static_cast<__uint128_t>(best.flop_per_s) * model.sparse_ratio->units();
    best.flop_per_s =
        static_cast<std::uint64_t>((scaled + Fixed::units_per_one - 1) / Fixed::units_per_one);
    best.sparse = true;
  }
  return best;
}

}  // namespace muster::catalogue
