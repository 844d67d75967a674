#include "cli/report/axis.hpp"

#include <algorithm>
#include <cmath>

#include "cli/print/number.hpp"
#include "ledger/base/check.hpp"

namespace muster::report {
namespace {

/// The step of 1, 2 or 5 times a power of ten that gives about `wanted` steps in `span`.
double round_step(double span, int wanted) {
  const double rough = span / std::max(wanted, 1);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double factor = rough / power;
  if (factor <= 1.0) return power;
  if (factor <= 2.0) return 2.0 * power;
  if (factor <= 5.0) return 5.0 * power;
  return 10.0 * power;
}

std::vector<double> linear_ticks(const Scale& scale, int wanted) {
  const double step = round_step(scale.high - scale.low, wanted);
  const double slack = step * 1e-9;
  std::vector<double> values;
  for (double index = std::ceil((scale.low - slack) / step);; ++index) {
    const double value = index * step;
    if (value > scale.high + slack) return values;
    values.push_back(std::fabs(value) < slack ? 0.0 : value);
  }
}

std::vector<double> logarithmic_ticks(const Scale& scale, int wanted) {
  const double first = std::floor(std::log10(scale.low) + 1e-9);
  const double last = std::ceil(std::log10(scale.high) - 1e-9);
  const double decades = last - first;
  const double every = std::max(1.0, std::ceil(decades / std::max(wanted, 1)));
  std::vector<double> factors = {1.0};
  if (decades * 3 <= wanted + 2) factors = {1.0, 2.0, 5.0};
  if (decades <= 1) factors = {1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0};
  std::vector<double> values;
  for (double power = first; power <= last; power += every) {
    for (const double factor : factors) {
      const double value = factor * std::pow(10.0, power);
      if (value >= scale.low * (1 - 1e-9) && value <= scale.high * (1 + 1e-9)) {
        values.push_back(value);
      }
    }
  }
  return values;
}

void widen_linear(const Axis& axis, Scale& scale) {
  if (!axis.low) scale.low = std::min(0.0, scale.low);
  if (!(scale.high > scale.low)) scale.high = scale.low + 1.0;
  const double step = round_step(scale.high - scale.low, 5);
  if (!axis.low) scale.low = std::floor(scale.low / step + 1e-9) * step;
  if (!axis.high) scale.high = std::ceil(scale.high / step - 1e-9) * step;
}

void widen_logarithmic(Scale& scale) {
  if (!(scale.low > 0)) scale.low = scale.high > 0 ? scale.high / 1000.0 : 1.0;
  if (!(scale.high > scale.low)) scale.high = scale.low * 10.0;
}

}  // namespace

bool Scale::can_show(double value) const {
  return std::isfinite(value) && (kind == ScaleKind::linear || value > 0);
}

bool Scale::within(double value) const { return can_show(value) && value >= low && value <= high; }

double Scale::position(double value) const {
  MUSTER_CHECK(can_show(value));
  const double inside = std::clamp(value, low, high);
  const double share = kind == ScaleKind::linear ? (inside - low) / (high - low)
                                                 : std::log(inside / low) / std::log(high / low);
  return from + share * (to - from);
}

Scale scale_for(const Axis& axis, double least, double most) {
  Scale scale;
  scale.kind = axis.scale;
  scale.low = axis.low.value_or(least);
  scale.high = axis.high.value_or(most);
  if (!std::isfinite(scale.low)) scale.low = 0;
  if (!std::isfinite(scale.high)) scale.high = 1;
  if (axis.scale == ScaleKind::linear) {
    widen_linear(axis, scale);
  } else {
    widen_logarithmic(scale);
  }
  return scale;
}

std::vector<double> ticks(const Scale& scale, int wanted) {
  return scale.kind == ScaleKind::linear ? linear_ticks(scale, wanted)
                                         : logarithmic_ticks(scale, wanted);
}

std::string tick_label(double value, NumberForm form) {
  if (form == NumberForm::percent) return print::compact(value * 100.0, 4) + " %";
  return print::compact(value, 4);
}

}  // namespace muster::report
