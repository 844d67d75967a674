#include "cli/report/svg_file.hpp"

#include "cli/report/style_sheet.hpp"

namespace muster::report {
namespace {

/// Puts the style sheet and a background behind the begin tag of a drawing of ours.
std::string standing_alone(std::string drawing) {
  const std::size_t after_tag = drawing.find('>') + 1;  // attribute values never hold a bare '>'
  drawing.insert(after_tag, "\n<style>\n" + palette(".chart") + std::string(chart_rules()) +
                                ".chart .paper { fill: var(--paper); }\n</style>\n" +
                                R"(<rect width="100%" height="100%" class="paper"/>)" + "\n");
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + drawing + "\n";
}

}  // namespace

std::string svg_file(const LineChart& chart) { return standing_alone(svg_element(chart, "chart")); }

std::string svg_file(const BarChart& chart) { return standing_alone(svg_element(chart, "chart")); }

std::string svg_file(const FlowChart& chart) { return standing_alone(svg_element(chart, "chart")); }

}  // namespace muster::report
