#include "cli/report/flow_chart.hpp"

#include <algorithm>

#include "cli/print/number.hpp"
#include "cli/report/plot_frame.hpp"
#include "ledger/base/check.hpp"

namespace muster::report {
namespace {

constexpr double flow_width_px = 900;
constexpr double node_width_px = 12;
constexpr double tallest_column_px = 190;
constexpr double least_node_px = 3;  // what is there is seen, however few
constexpr double label_px = 34;      // two lines above each node
constexpr double node_gap_px = 12;
constexpr double top_px = 34;  // stage names

/// Where a node stands and how far its two sides are already taken by bands.
struct Box {
  double x = 0;
  double y = 0;
  double height = 0;
  double left_used = 0;
  double right_used = 0;
};

struct Layout {
  double column_px = 0;
  double px_per_chip = 0;
  double height_px = 0;
  std::vector<Box> boxes;
};

double pixels_per_chip(const FlowChart& chart) {
  std::uint64_t most = 1;
  for (std::size_t stage = 0; stage < chart.stages.size(); ++stage) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < chart.nodes.size(); ++i) {
      if (chart.nodes[i].stage == stage) sum += node_count(chart, i);
    }
    most = std::max(most, sum);
  }
  return tallest_column_px / static_cast<double>(most);
}

Layout layout_of(const FlowChart& chart) {
  Layout layout;
  layout.px_per_chip = pixels_per_chip(chart);
  layout.column_px =
      flow_width_px / static_cast<double>(std::max<std::size_t>(1, chart.stages.size()));
  std::vector<double> next_y(chart.stages.size(), top_px);
  for (std::size_t i = 0; i < chart.nodes.size(); ++i) {
    const std::size_t stage = chart.nodes[i].stage;
    MUSTER_CHECK(stage < chart.stages.size());
    Box box;
    box.x = layout.column_px * static_cast<double>(stage) + 4;
    box.y = next_y[stage] + label_px;
    box.height =
        std::max(least_node_px, layout.px_per_chip * static_cast<double>(node_count(chart, i)));
    next_y[stage] = box.y + box.height + node_gap_px;
    layout.height_px = std::max(layout.height_px, next_y[stage]);
    layout.boxes.push_back(box);
  }
  return layout;
}

std::string band_path(const Box& from, const Box& to, double thick) {
  const double x1 = from.x + node_width_px;
  const double x2 = to.x;
  const double middle = (x1 + x2) / 2;
  const double y1 = from.y + from.right_used;
  const double y2 = to.y + to.left_used;
  const auto at = [](double x, double y) { return coordinate(x) + " " + coordinate(y); };
  return "M" + at(x1, y1) + " C" + at(middle, y1) + " " + at(middle, y2) + " " + at(x2, y2) + " L" +
         at(x2, y2 + thick) + " C" + at(middle, y2 + thick) + " " + at(middle, y1 + thick) + " " +
         at(x1, y1 + thick) + " Z";
}

void draw_band(Markup& svg, const FlowChart& chart, const FlowLink& link, Layout& layout) {
  MUSTER_CHECK(link.from < chart.nodes.size() && link.to < chart.nodes.size());
  MUSTER_CHECK(chart.nodes[link.from].stage < chart.nodes[link.to].stage);
  if (link.count == 0) return;
  Box& from = layout.boxes[link.from];
  Box& to = layout.boxes[link.to];
  const double exact = layout.px_per_chip * static_cast<double>(link.count);
  const std::string style(verdict_class(chart.nodes[link.to].verdict));
  svg.open("path", {{"d", band_path(from, to, std::max(1.2, exact))}, {"class", "band " + style}});
  svg.element("title", {},
              chart.nodes[link.from].label + " to " + chart.nodes[link.to].label + ": " +
                  print::grouped(link.count));
  svg.close().line();
  from.right_used += exact;
  to.left_used += exact;
}

void draw_node(Markup& svg, const FlowNode& node, std::uint64_t count, const Box& box,
               double column_px) {
  const std::string meaning(verdict_class(node.verdict));
  svg.open("g").element("title", {}, node.label + ": " + print::grouped(count));
  svg.leaf("rect", {{"x", coordinate(box.x)},
                    {"y", coordinate(box.y)},
                    {"width", coordinate(node_width_px)},
                    {"height", coordinate(box.height)},
                    {"class", "node " + meaning}});
  const bool signed_label = node.verdict != Verdict::neutral;
  const std::string sign(signed_label ? verdict_sign(node.verdict) : std::string_view());
  const std::string label = sign.empty() ? node.label : sign + " " + node.label;
  draw_text(svg, {box.x, box.y - 19, "start", "label halo"}, text_within(label, column_px - 10));
  draw_text(svg, {box.x, box.y - 5, "start", "value halo"}, print::grouped(count));
  svg.close().line();
}

void draw_stage_names(Markup& svg, const FlowChart& chart, const Layout& layout) {
  for (std::size_t stage = 0; stage < chart.stages.size(); ++stage) {
    const double x = layout.column_px * static_cast<double>(stage) + 4;
    draw_text(svg, {x, 16, "start", "stage"},
              text_within(chart.stages[stage], layout.column_px - 8));
  }
  draw_line(svg, {4, 25, flow_width_px, 25}, "axis");
  svg.line();
}

}  // namespace

std::uint64_t node_count(const FlowChart& chart, std::size_t index) {
  std::uint64_t entering = 0;
  std::uint64_t leaving = 0;
  for (const FlowLink& link : chart.links) {
    if (link.to == index) entering += link.count;
    if (link.from == index) leaving += link.count;
  }
  return std::max(entering, leaving);
}

std::string svg_element(const FlowChart& chart, const std::string& id) {
  Layout layout = layout_of(chart);
  Markup svg;
  open_svg(svg, {id, chart.title, chart.description, flow_width_px, layout.height_px + 4});
  draw_stage_names(svg, chart, layout);
  for (const FlowLink& link : chart.links) draw_band(svg, chart, link, layout);
  for (std::size_t i = 0; i < chart.nodes.size(); ++i) {
    draw_node(svg, chart.nodes[i], node_count(chart, i), layout.boxes[i], layout.column_px);
  }
  return svg.close().finish();
}

}  // namespace muster::report
