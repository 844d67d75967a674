#include "cli/report/bar_chart.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "cli/report/plot_frame.hpp"

namespace muster::report {
namespace {

constexpr double bar_width_px = 720;
constexpr double row_px = 28;
constexpr double bar_px = 18;
constexpr double most_label_px = 210;
constexpr double bar_below_px = 50;
constexpr double reference_label_px = 16;

double sum_of(const Bar& bar) {
  double sum = 0;
  for (const double value : bar.values) sum += std::isfinite(value) ? std::max(0.0, value) : 0.0;
  return sum;
}

std::string end_text(const BarChart& chart, const Bar& bar) {
  const std::string text = bar.text.empty() ? tick_label(sum_of(bar), chart.value.form) : bar.text;
  const bool signed_text = bar.verdict != Verdict::neutral;
  const std::string_view sign = signed_text ? verdict_sign(bar.verdict) : std::string_view();
  return sign.empty() ? text : std::string(sign) + " " + text;
}

Scale value_scale(const BarChart& chart) {
  double most = 0;
  for (const Bar& bar : chart.bars) most = std::max(most, sum_of(bar));
  for (const ReferenceLine& line : chart.references) {
    if (std::isfinite(line.value)) most = std::max(most, line.value);
  }
  Axis axis = chart.value;
  axis.scale = ScaleKind::linear;
  axis.low = 0;
  return scale_for(axis, 0, most);
}

/// Room for the longest label on the left, and on the right as much as lets each bar's text end
/// within the drawing.
PlotArea plot_area(const BarChart& chart, const Scale& scale, double top) {
  double label = 40;
  for (const Bar& bar : chart.bars) label = std::max(label, text_width_px(bar.label));
  const double left = std::min(label, most_label_px) + 14;
  double right = bar_width_px - 20;
  for (const Bar& bar : chart.bars) {
    const double share = sum_of(bar) / scale.high;
    const double room = bar_width_px - left - text_width_px(end_text(chart, bar)) - 14;
    if (share * (right - left) > room) right = left + std::max(room / share, bar_width_px / 5);
  }
  return {left, top, right, top + row_px * static_cast<double>(chart.bars.size()) + 6};
}

std::string part_style(const BarChart& chart, std::size_t part) {
  const Verdict meaning = part < chart.parts.size() ? chart.parts[part].verdict : Verdict::none;
  if (meaning != Verdict::none) return std::string(verdict_class(meaning));
  return "s" + std::to_string(part % series_styles);
}

std::string bar_style(const BarChart& chart, const Bar& bar, std::size_t part) {
  const bool judged = bar.verdict != Verdict::none && chart.parts.empty();
  return "bar " + (judged ? std::string(verdict_class(bar.verdict)) : part_style(chart, part));
}

std::vector<LegendItem> legend_of(const BarChart& chart) {
  std::vector<LegendItem> items;
  for (std::size_t part = 0; part < chart.parts.size(); ++part) {
    items.push_back({chart.parts[part].name, part_style(chart, part)});
  }
  return items;
}

void draw_bar(Markup& svg, const BarChart& chart, const Bar& bar, const PlotArea& area,
              const Scale& scale, double y) {
  svg.open("g").element("title", {}, bar.label + ": " + end_text(chart, bar));
  draw_text(svg, {area.left - 8, y + bar_px / 2 + 4, "end", "label"},
            text_within(bar.label, most_label_px));
  double reached = 0;
  for (std::size_t part = 0; part < bar.values.size(); ++part) {
    const double value = bar.values[part];
    if (!std::isfinite(value) || value <= 0) continue;
    const double from = scale.position(reached);
    reached += value;
    // A value that is there is seen, however small.
    const double wide = std::max(1.0, scale.position(reached) - from);
    svg.leaf("rect", {{"x", coordinate(from)},
                      {"y", coordinate(y)},
                      {"width", coordinate(wide)},
                      {"height", coordinate(bar_px)},
                      {"class", bar_style(chart, bar, part)}});
  }
  const std::string style = "value " + std::string(verdict_class(bar.verdict));
  draw_text(svg, {scale.position(reached) + 7, y + bar_px / 2 + 4, "start", style},
            end_text(chart, bar));
  svg.close().line();
}

void draw_reference(Markup& svg, const ReferenceLine& line, const PlotArea& area,
                    const Scale& scale) {
  if (!scale.within(line.value)) return;
  const double x = scale.position(line.value);
  draw_line(svg, {x, area.top - 2, x, area.bottom}, "reference");
  const double half = text_width_px(line.label) / 2;
  const bool near_end = x + half > bar_width_px - 4;
  draw_text(svg,
            {near_end ? bar_width_px - 4 : x, area.top - 7, near_end ? "end" : "middle",
             "reference-label"},
            line.label);
}

}  // namespace

std::string svg_element(const BarChart& chart, const std::string& id) {
  const std::vector<LegendItem> legend = legend_of(chart);
  const double legend_px = legend_height_px(legend, bar_width_px);
  const double labels_px = chart.references.empty() ? 0 : reference_label_px;
  Scale scale = value_scale(chart);
  const PlotArea area = plot_area(chart, scale, legend_px + labels_px + 8);
  scale.from = area.left;
  scale.to = area.right;
  Markup svg;
  open_svg(svg, {id, chart.title, chart.description, bar_width_px, area.bottom + bar_below_px});
  draw_legend(svg, {0, 0, bar_width_px, legend_px}, legend, Mark::box);
  draw_x_axis(svg, area, scale, chart.value);
  double y = area.top + (row_px - bar_px) / 2 + 3;
  for (const Bar& bar : chart.bars) {
    draw_bar(svg, chart, bar, area, scale, y);
    y += row_px;
  }
  draw_line(svg, {area.left, area.top, area.left, area.bottom}, "axis");
  for (const ReferenceLine& line : chart.references) draw_reference(svg, line, area, scale);
  return svg.close().finish();
}

}  // namespace muster::report
