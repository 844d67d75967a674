#include "cli/report/svg_file.hpp"

#include <charconv>

#include "cli/report/plot_frame.hpp"
#include "cli/report/style_sheet.hpp"

namespace muster::report {
namespace {

constexpr double heading_px = 30;

/// A number that `coordinate` wrote.
double coordinate_in(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// Puts the style sheet, a background and the title, which a page writes beside a drawing, into a
/// drawing of ours.
std::string standing_alone(std::string drawing, std::string_view title) {
  // Room above: the drawing's own coordinates stay. The numbers are those of `open_svg`.
  const std::string box = "viewBox=\"0 0 ";
  const std::size_t size = drawing.find(box) + box.size();
  const std::size_t gap = drawing.find(' ', size);
  const std::size_t end = drawing.find('"', size);
  const double width = coordinate_in(std::string_view(drawing).substr(size, gap - size));
  const double height =
      coordinate_in(std::string_view(drawing).substr(gap + 1, end - gap - 1)) + heading_px;
  drawing.replace(
      size - 4, end - size + 4,
      "0 " + coordinate(-heading_px) + " " + coordinate(width) + " " + coordinate(height));
  Markup heading;
  draw_text(heading, {8, 18 - heading_px, "start", "heading"}, text_within(title, width - 16));
  const std::size_t after_tag = drawing.find('>') + 1;  // attribute values never hold a bare '>'
  drawing.insert(after_tag,
                 "\n<style>" +
                     with_values(std::string(chart_rules()) +
                                 ".chart .paper { fill: var(--paper); }\n"
                                 ".chart .heading { font-family: var(--sans); font-size: 15px; "
                                 "font-weight: 600; fill: var(--ink); }\n") +
                     "</style>\n<rect y=\"" + coordinate(-heading_px) +
                     R"(" width="100%" height="100%" class="paper"/>)" + "\n" + heading.finish() +
                     "\n");
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + drawing + "\n";
}

}  // namespace

std::string svg_file(const LineChart& chart) {
  return standing_alone(svg_element(chart, "chart"), chart.title);
}

std::string svg_file(const BarChart& chart) {
  return standing_alone(svg_element(chart, "chart"), chart.title);
}

std::string svg_file(const FlowChart& chart) {
  return standing_alone(svg_element(chart, "chart"), chart.title);
}

}  // namespace muster::report
