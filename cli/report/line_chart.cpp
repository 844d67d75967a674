#include "cli/report/line_chart.hpp"

#include <algorithm>
#include <limits>

#include "cli/report/plot_frame.hpp"

namespace muster::report {
namespace {

constexpr double line_width_px = 720;
constexpr double plot_height_px = 280;
constexpr double least_left_px = 44;
constexpr double right_margin_px = 26;
constexpr double line_below_px = 52;  // tick labels and the axis title
constexpr double above_plot_px = 30;  // the title of the vertical axis
constexpr std::size_t most_marked_points = 24;

struct Extent {
  double least = std::numeric_limits<double>::infinity();
  double most = -std::numeric_limits<double>::infinity();

  void take(double value, ScaleKind kind) {
    if (!Scale{.kind = kind}.can_show(value)) return;
    least = std::min(least, value);
    most = std::max(most, value);
  }
};

/// The two scales of one chart, in pixels.
struct Plane {
  PlotArea area;
  Scale x;
  Scale y;

  [[nodiscard]] bool shows(const Point& point) const {
    return x.within(point.x) && y.can_show(point.y);
  }
  [[nodiscard]] std::string place(const Point& point) const {
    return coordinate(x.position(point.x)) + " " + coordinate(y.position(point.y));
  }
};

Plane plane_of(const LineChart& chart, double top) {
  Extent across;
  Extent up;
  for (const Series& series : chart.series) {
    for (const Point& point : series.points) {
      across.take(point.x, chart.x.scale);
      up.take(point.y, chart.y.scale);
    }
  }
  for (const ReferenceLine& line : chart.references) {
    const bool level = line.across == ReferenceLine::Across::horizontal;
    (level ? up : across).take(line.value, level ? chart.y.scale : chart.x.scale);
  }
  Axis x = chart.x;
  // The curve fills the width: a horizontal axis starts where the data does.
  if (!x.low) x.low = across.least;
  if (!x.high) x.high = across.most;
  Plane plane{{}, scale_for(x, across.least, across.most), scale_for(chart.y, up.least, up.most)};
  double widest = least_left_px;
  for (const double value : ticks(plane.y, 5)) {
    widest = std::max(widest, text_width_px(tick_label(value, chart.y.form)) + 16);
  }
  plane.area = {widest, top, line_width_px - right_margin_px, top + plot_height_px};
  plane.x.from = plane.area.left;
  plane.x.to = plane.area.right;
  plane.y.from = plane.area.bottom;
  plane.y.to = plane.area.top;
  return plane;
}

std::string path_of(const Plane& plane, const std::vector<Point>& points) {
  std::string path;
  bool pen_down = false;
  for (const Point& point : points) {
    const bool shown = plane.shows(point);
    if (shown) path += (pen_down ? " L" : (path.empty() ? "M" : " M")) + plane.place(point);
    pen_down = shown;
  }
  return path;
}

void draw_marks(Markup& svg, const Plane& plane, const LineChart& chart, const Series& series,
                const std::string& style) {
  if (series.points.size() > most_marked_points) return;
  for (const Point& point : series.points) {
    if (!plane.shows(point)) continue;
    svg.open("circle", {{"cx", coordinate(plane.x.position(point.x))},
                        {"cy", coordinate(plane.y.position(point.y))},
                        {"r", "3"},
                        {"class", "mark " + style}});
    svg.element("title", {},
                tick_label(point.x, chart.x.form) + ": " + tick_label(point.y, chart.y.form));
    svg.close();
  }
}

/// The distance in pixels from `spot` to the nearest shown point, no more than the plot's height.
double clearance(const Plane& plane, const LineChart& chart, const PlotArea& spot) {
  double least = plane.area.bottom - plane.area.top;
  for (const Series& series : chart.series) {
    for (const Point& point : series.points) {
      if (!plane.shows(point)) continue;
      const double x = plane.x.position(point.x);
      if (x < spot.left || x > spot.right) continue;
      const double y = plane.y.position(point.y);
      least = std::min(least, std::max({spot.top - y, y - spot.bottom, 0.0}));
    }
  }
  return least;
}

/// The label stands at that end of the line, above or below it, where curves are farthest.
void draw_level(Markup& svg, const Plane& plane, const LineChart& chart,
                const ReferenceLine& line) {
  const double y = plane.y.position(line.value);
  draw_line(svg, {plane.area.left, y, plane.area.right, y}, "reference");
  const double wide = text_width_px(line.label) + 8;
  const bool room_above = y - plane.area.top >= 14;
  const double baseline = room_above ? y - 4 : y + 13;
  const PlotArea left{plane.area.left, baseline - 11, plane.area.left + wide, baseline + 3};
  const PlotArea right{plane.area.right - wide, baseline - 11, plane.area.right, baseline + 3};
  const bool at_left = clearance(plane, chart, left) > clearance(plane, chart, right);
  draw_text(svg,
            {at_left ? plane.area.left + 5 : plane.area.right - 5, baseline,
             at_left ? "start" : "end", "reference-label"},
            line.label);
}

void draw_upright(Markup& svg, const Plane& plane, const ReferenceLine& line, double drop) {
  const double x = plane.x.position(line.value);
  draw_line(svg, {x, plane.area.top, x, plane.area.bottom}, "reference");
  const bool room_right = plane.area.right - x > text_width_px(line.label) + 10;
  // At the foot, where a curve that rises has not arrived or has left.
  draw_text(svg,
            {room_right ? x + 5 : x - 5, plane.area.bottom - 8 - drop, room_right ? "start" : "end",
             "reference-label"},
            line.label);
}

void draw_references(Markup& svg, const Plane& plane, const LineChart& chart) {
  double drop = 0;
  for (const ReferenceLine& line : chart.references) {
    const bool level = line.across == ReferenceLine::Across::horizontal;
    if (!(level ? plane.y : plane.x).within(line.value)) continue;
    if (level) {
      draw_level(svg, plane, chart, line);
    } else {
      draw_upright(svg, plane, line, drop);
      drop += 16;  // labels of neighbouring lines stand one above the other
    }
  }
  if (!chart.references.empty()) svg.line();
}

std::string style_of_series(std::size_t index) {
  return "s" + std::to_string(index % series_styles);
}

/// Nothing where there is only one curve: the title names it.
std::vector<LegendItem> legend_of(const LineChart& chart) {
  std::vector<LegendItem> items;
  if (chart.series.size() < 2) return items;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    items.push_back({chart.series[i].name, style_of_series(i)});
  }
  return items;
}

}  // namespace

std::string svg_element(const LineChart& chart, const std::string& id) {
  const std::vector<LegendItem> legend = legend_of(chart);
  const double right = line_width_px - right_margin_px;
  const double legend_px = legend_height_px(legend, right - least_left_px);
  const Plane plane = plane_of(chart, legend_px + above_plot_px);
  Markup svg;
  open_svg(svg,
           {id, chart.title, chart.description, line_width_px, plane.area.bottom + line_below_px});
  draw_legend(svg, {least_left_px, 0, right, legend_px}, legend, Mark::line);
  draw_y_axis(svg, plane.area, plane.y, chart.y);
  draw_x_axis(svg, plane.area, plane.x, chart.x);
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const std::string style = style_of_series(i);
    const std::string path = path_of(plane, chart.series[i].points);
    svg.open("g", {{"role", "presentation"}});
    svg.leaf("path", {{"d", path}, {"class", "curve " + style}});
    draw_marks(svg, plane, chart, chart.series[i], style);
    svg.close().line();
  }
  draw_references(svg, plane, chart);
  return svg.close().finish();
}

}  // namespace muster::report
