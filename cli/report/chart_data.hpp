#pragma once

#include "cli/report/document.hpp"

namespace muster::report {

/// Most rows of one series that a page lists; longer series are thinned evenly, and the note says
/// so.
inline constexpr std::size_t most_listed_points = 40;

/// The numbers behind a chart, for readers who cannot or will not read the drawing.
[[nodiscard]] Table data_table(const LineChart& chart);
[[nodiscard]] Table data_table(const BarChart& chart);
[[nodiscard]] Table data_table(const FlowChart& chart);

}  // namespace muster::report
