#pragma once

#include <string>

#include "cli/report/bar_chart.hpp"
#include "cli/report/flow_chart.hpp"
#include "cli/report/line_chart.hpp"

namespace muster::report {

/// A chart as a file of its own: the same drawing with its style sheet inside, light or dark as
/// the viewer prefers, and for viewers of every kind: without custom properties.
[[nodiscard]] std::string svg_file(const LineChart& chart);
[[nodiscard]] std::string svg_file(const BarChart& chart);
[[nodiscard]] std::string svg_file(const FlowChart& chart);

}  // namespace muster::report
