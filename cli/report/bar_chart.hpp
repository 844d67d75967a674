#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/report/axis.hpp"
#include "cli/report/line_chart.hpp"
#include "cli/report/verdict.hpp"

namespace muster::report {

/// One part of every bar, by its place in `Bar::values`.
struct BarPart {
  std::string name;
  Verdict verdict = Verdict::none;  ///< Gives the part the colour of its meaning.
};

/// One lying bar.
struct Bar {
  std::string label;
  std::vector<double> values;  ///< One per part, stacked from the left. Requires: none negative.
  std::string text{};          ///< Written at the end; the sum when empty.
  Verdict verdict = Verdict::none;  ///< Colours a bar of one part, with its sign before the text.
};

/// Lying bars from zero, one below the other, so that long names stay readable.
struct BarChart {
  std::string title;
  std::string description;
  Axis value;                    ///< Always linear and from zero: a bar's length is its value.
  std::vector<BarPart> parts{};  ///< Of stacked bars; empty for plain bars.
  std::vector<Bar> bars;
  std::vector<ReferenceLine> references{};  ///< Vertical lines at values.
};

/// The chart as an `<svg>` element. `id` must be unique in the page.
[[nodiscard]] std::string svg_element(const BarChart& chart, const std::string& id);

}  // namespace muster::report
