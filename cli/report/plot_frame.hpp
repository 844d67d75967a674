#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/report/axis.hpp"
#include "cli/report/markup.hpp"

namespace muster::report {

/// The rectangle that data is drawn in.
struct PlotArea {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;
};

inline constexpr double label_font_px = 12;
inline constexpr std::size_t series_styles = 6;  ///< Colours and dashes before they repeat.

/// About the width of `text` in the label font, for laying out. Accuracy: within a fifth.
[[nodiscard]] double text_width_px(std::string_view text);

/// `text` shortened in its middle to about `room_px`.
[[nodiscard]] std::string text_within(std::string_view text, double room_px);

/// Begins an `<svg>` element with its accessible title and description.
struct Drawing {
  std::string id;
  std::string title;
  std::string description;
  double width_px = 720;
  double height_px = 380;
};
void open_svg(Markup& svg, const Drawing& drawing);

/// Draws one text. `anchor` is "start", "middle" or "end"; `style` is a class of the style sheet.
struct Label {
  double x = 0;
  double y = 0;
  std::string_view anchor = "start";
  std::string_view style = "label";
};
void draw_text(Markup& svg, const Label& label, std::string_view text);

/// A straight line of class `style`.
struct Segment {
  double x1 = 0;
  double y1 = 0;
  double x2 = 0;
  double y2 = 0;
};
void draw_line(Markup& svg, const Segment& segment, std::string_view style);

/// The horizontal axis below the plot: ticks, labels, title, and faint lines through the plot.
void draw_x_axis(Markup& svg, const PlotArea& area, const Scale& scale, const Axis& axis);

/// The vertical axis left of the plot.
void draw_y_axis(Markup& svg, const PlotArea& area, const Scale& scale, const Axis& axis);

/// A name and the class that its line or box is drawn in.
struct LegendItem {
  std::string name;
  std::string style;
};

/// Draws the items with their marks from the area's left top on, in as many rows as they need.
enum class Mark { line, box };
void draw_legend(Markup& svg, const PlotArea& area, const std::vector<LegendItem>& items,
                 Mark mark);

/// The height that `draw_legend` needs in an area of this width.
[[nodiscard]] double legend_height_px(const std::vector<LegendItem>& items, double width_px);

}  // namespace muster::report
