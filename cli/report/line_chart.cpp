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

/// The distance in pixels from `spot` to the nearest curve, no more than the plot's height.
double clearance(const Plane& plane, const LineChart& chart, const PlotArea& spot) {
  constexpr int steps = 16;  // of each piece of a curve
  double least = plane.area.bottom - plane.area.top;
  const auto near = [&](double x, double y) {
    if (x < spot.left || x > spot.right) return;
    least = std::min(least, std::max({spot.top - y, y - spot.bottom, 0.0}));
  };
  for (const Series& series : chart.series) {
    const Point* before = nullptr;
    for (const Point& point : series.points) {
      if (!plane.shows(point)) {
        before = nullptr;
        continue;
      }
      const double x = plane.x.position(point.x);
      const double y = plane.y.position(point.y);
      near(x, y);
      for (int i = 1; before != nullptr && i < steps; ++i) {
        const double share = static_cast<double>(i) / steps;
        near(x + (plane.x.position(before->x) - x) * share,
             y + (plane.y.position(before->y) - y) * share);
      }
      before = &point;
    }
  }
  return least;
}

/// The label stands at that end of the line, above or below it, where curves are farthest; at the
/// right and above where that makes no difference.
void draw_level(Markup& svg, const Plane& plane, const LineChart& chart,
                const ReferenceLine& line) {
  const double y = plane.y.position(line.value);
  draw_line(svg, {plane.area.left, y, plane.area.right, y}, "reference");
  const double wide = text_width_px(line.label) + 8;
  double best = -1;
  double baseline = y - 4;
  bool at_left = false;
  for (const double place : {y - 4, y + 13}) {
    if (place - 11 < plane.area.top || place + 3 > plane.area.bottom) continue;
    for (const bool left : {false, true}) {
      const double from = left ? plane.area.left : plane.area.right - wide;
      const double free = clearance(plane, chart, {from, place - 11, from + wide, place + 3});
      if (free <= best) continue;
      best = free;
      baseline = place;
      at_left = left;
    }
  }
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
  // Thinner, and with hollow marks, the second time round.
  return "s" + std::to_string(index % series_styles) +
         (index / series_styles % 2 == 1 ? " again" : "");
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
