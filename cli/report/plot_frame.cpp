#include "cli/report/plot_frame.hpp"

#include <algorithm>
#include <cmath>

#include "cli/print/fit.hpp"

namespace muster::report {
namespace {

constexpr double mean_glyph_px = 6.6;  // of 12 px sans serif, measured over English labels
constexpr double legend_row_px = 20;
constexpr double legend_mark_px = 34;
constexpr double legend_gap_px = 22;
constexpr int x_ticks_per_plot = 8;
constexpr int y_ticks_per_plot = 5;

double legend_item_px(std::string_view name) {
  return legend_mark_px + text_width_px(name) + legend_gap_px;
}

/// Whether labels of these ticks would touch when written side by side.
bool crowded(const std::vector<double>& values, const Scale& scale, NumberForm form) {
  for (std::size_t i = 1; i < values.size(); ++i) {
    const double apart = std::fabs(scale.position(values[i]) - scale.position(values[i - 1]));
    const double wide = (text_width_px(tick_label(values[i], form)) +
                         text_width_px(tick_label(values[i - 1], form))) /
                        2;
    if (apart < wide + 8) return true;
  }
  return false;
}

std::vector<double> readable_ticks(const Scale& scale, NumberForm form) {
  for (int wanted = x_ticks_per_plot; wanted > 1; --wanted) {
    std::vector<double> values = ticks(scale, wanted);
    if (!crowded(values, scale, form)) return values;
  }
  return ticks(scale, 1);
}

}  // namespace

double text_width_px(std::string_view text) {
  return mean_glyph_px * static_cast<double>(print::display_width(text));
}

std::string text_within(std::string_view text, double room_px) {
  const double columns = std::max(1.0, std::floor(room_px / mean_glyph_px));
  return print::elided(print::visible(text), static_cast<std::size_t>(columns));
}

void open_svg(Markup& svg, const Drawing& drawing) {
  const std::string title_id = drawing.id + "-title";
  const std::string description_id = drawing.id + "-desc";
  svg.open("svg", {{"xmlns", "http://www.w3.org/2000/svg"},
                   {"class", "chart"},
                   {"role", "img"},
                   {"aria-labelledby", title_id + " " + description_id},
                   {"viewBox",
                    "0 0 " + coordinate(drawing.width_px) + " " + coordinate(drawing.height_px)}});
  svg.element("title", {{"id", title_id}}, drawing.title);
  svg.element("desc", {{"id", description_id}}, drawing.description).line();
}

void draw_text(Markup& svg, const Label& label, std::string_view text) {
  svg.element("text",
              {{"x", coordinate(label.x)},
               {"y", coordinate(label.y)},
               {"text-anchor", std::string(label.anchor)},
               {"class", std::string(label.style)}},
              text);
}

void draw_line(Markup& svg, const Segment& segment, std::string_view style) {
  svg.leaf("line", {{"x1", coordinate(segment.x1)},
                    {"y1", coordinate(segment.y1)},
                    {"x2", coordinate(segment.x2)},
                    {"y2", coordinate(segment.y2)},
                    {"class", std::string(style)}});
}

void draw_x_axis(Markup& svg, const PlotArea& area, const Scale& scale, const Axis& axis) {
  for (const double value : readable_ticks(scale, axis.form)) {
    const double x = scale.position(value);
    draw_line(svg, {x, area.top, x, area.bottom}, "grid");
    draw_text(svg, {x, area.bottom + 18, "middle", "tick"}, tick_label(value, axis.form));
  }
  draw_line(svg, {area.left, area.bottom, area.right, area.bottom}, "axis");
  draw_text(svg, {(area.left + area.right) / 2, area.bottom + 40, "middle", "axis-title"},
            axis.title);
  svg.line();
}

void draw_y_axis(Markup& svg, const PlotArea& area, const Scale& scale, const Axis& axis) {
  for (const double value : ticks(scale, y_ticks_per_plot)) {
    const double y = scale.position(value);
    draw_line(svg, {area.left, y, area.right, y}, "grid");
    draw_text(svg, {area.left - 8, y + 4, "end", "tick"}, tick_label(value, axis.form));
  }
  // Written level above the axis: turned text is hard to read.
  draw_text(svg, {8, area.top - 12, "start", "axis-title"}, axis.title);
  svg.line();
}

double legend_height_px(const std::vector<LegendItem>& items, double width_px) {
  double used = 0;
  double rows = items.empty() ? 0 : 1;
  for (const LegendItem& item : items) {
    const double wide = legend_item_px(item.name);
    if (used > 0 && used + wide > width_px) {
      ++rows;
      used = 0;
    }
    used += wide;
  }
  return rows * legend_row_px;
}

void draw_legend(Markup& svg, const PlotArea& area, const std::vector<LegendItem>& items,
                 Mark mark) {
  double x = area.left;
  double y = area.top;
  for (const LegendItem& item : items) {
    const double wide = legend_item_px(item.name);
    if (x > area.left && x + wide > area.right) {
      x = area.left;
      y += legend_row_px;
    }
    if (mark == Mark::line) {
      draw_line(svg, {x, y + 9, x + 26, y + 9}, "curve " + item.style);
    } else {
      svg.leaf("rect", {{"x", coordinate(x + 10)},
                        {"y", coordinate(y + 3)},
                        {"width", "14"},
                        {"height", "12"},
                        {"class", "bar " + item.style}});
    }
    draw_text(svg, {x + legend_mark_px, y + 13, "start", "label"},
              text_within(item.name, area.right - x - legend_mark_px));
    x += wide;
  }
  if (!items.empty()) svg.line();
}

}  // namespace muster::report
