#include "cli/report/chart_data.hpp"

#include <numeric>

#include "cli/print/number.hpp"

namespace muster::report {

Table data_table(const LineChart& chart) {
  Table table{
      chart.title,
      {{"Curve"}, {chart.x.title, ColumnKind::number}, {chart.y.title, ColumnKind::number}}};
  for (const Series& series : chart.series) {
    const std::size_t step = (series.points.size() + most_listed_points - 1) / most_listed_points;
    for (std::size_t i = 0; i < series.points.size(); i += step) {
      const Point& point = series.points[i];
      table.rows.push_back(
          {series.name, tick_label(point.x, chart.x.form), tick_label(point.y, chart.y.form)});
    }
    if (step > 1) table.note = "Long curves are listed in even steps, not point by point.";
  }
  return table;
}

Table data_table(const BarChart& chart) {
  Table table{chart.title, {{"Bar"}}};
  if (chart.parts.empty()) {
    table.columns.push_back({chart.value.title, ColumnKind::number});
  }
  for (const BarPart& part : chart.parts) {
    table.columns.push_back({part.name, ColumnKind::number});
  }
  for (const Bar& bar : chart.bars) {
    std::vector<Cell> row = {bar.label};
    for (std::size_t i = 0; i < bar.values.size() && i + 1 < table.columns.size(); ++i) {
      row.emplace_back(tick_label(bar.values[i], chart.value.form));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table data_table(const FlowChart& chart) {
  Table table{chart.title, {{"From"}, {"To"}, {"Chips", ColumnKind::number}}};
  for (const FlowLink& link : chart.links) {
    table.rows.push_back({chart.nodes.at(link.from).label, chart.nodes.at(link.to).label,
                          print::grouped(link.count)});
  }
  return table;
}

}  // namespace muster::report
