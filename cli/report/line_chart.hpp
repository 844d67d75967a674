#pragma once

#include <string>
#include <vector>

#include "cli/report/axis.hpp"
#include "cli/report/markup.hpp"

namespace muster::report {

struct Point {
  double x = 0;
  double y = 0;
};

struct Series {
  std::string name;
  std::vector<Point> points;  ///< In order of x. What the scale cannot show interrupts the line.
};

/// A line across the plot at one value, with its meaning: "promised 95 %".
struct ReferenceLine {
  enum class Across { horizontal, vertical };

  Across across = Across::horizontal;
  double value = 0;
  std::string label;
};

/// Curves over one pair of axes.
struct LineChart {
  std::string title;
  std::string description;  ///< What the curves say, for readers who do not see them.
  Axis x;
  Axis y;
  std::vector<Series> series;
  std::vector<ReferenceLine> references{};
};

/// The chart as an `<svg>` element. `id` must be unique in the page.
[[nodiscard]] std::string svg_element(const LineChart& chart, const std::string& id);

}  // namespace muster::report
