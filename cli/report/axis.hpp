#pragma once

#include <optional>
#include <string>
#include <vector>

namespace muster::report {

enum class ScaleKind { linear, logarithmic };

/// How the numbers of an axis are written.
enum class NumberForm {
  plain,    ///< 4,000 and 1e26
  percent,  ///< a share of 1 as 95 %
};

/// What an axis shows. Ends left open are taken from the data; a linear axis then starts at zero.
struct Axis {
  std::string title;
  ScaleKind scale = ScaleKind::linear;
  NumberForm form = NumberForm::plain;
  std::optional<double> low{};
  std::optional<double> high{};
};

/// Maps values in [low, high] to positions in [from, to].
struct Scale {
  ScaleKind kind = ScaleKind::linear;
  double low = 0;
  double high = 1;
  double from = 0;
  double to = 1;

  /// Whether `value` can be shown: finite and, on a logarithmic scale, above zero.
  [[nodiscard]] bool can_show(double value) const;
  /// Whether `value` lies within the ends.
  [[nodiscard]] bool within(double value) const;
  /// The position of `value`; values beyond the ends are put on them. Requires: can_show(value).
  [[nodiscard]] double position(double value) const;
};

/// The scale of `axis` for data between `least` and `most`, with ends at ticks where the axis does
/// not fix them. Positions are 0 to 1 until the caller sets them.
[[nodiscard]] Scale scale_for(const Axis& axis, double least, double most);

/// Round values within the ends, about `wanted` of them: steps of 1, 2 or 5 times a power of ten;
/// on a logarithmic scale powers of ten, with 2 and 5 times them where there are few.
[[nodiscard]] std::vector<double> ticks(const Scale& scale, int wanted);

/// `value` as the axis writes it.
[[nodiscard]] std::string tick_label(double value, NumberForm form);

}  // namespace muster::report
