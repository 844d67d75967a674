#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/report/verdict.hpp"

namespace muster::report {

/// A place where chips are, in one stage of their way.
struct FlowNode {
  std::size_t stage = 0;  ///< Index into `FlowChart::stages`.
  std::string label;
  Verdict verdict = Verdict::none;  ///< Where chips end that should not: lost, seized.
};

/// Chips that went from one node to a node of a later stage.
struct FlowLink {
  std::size_t from = 0;  ///< Index into `FlowChart::nodes`.
  std::size_t to = 0;
  std::uint64_t count = 0;
};

/// Chips through the stages: fab, packaging, test, assembly, chokepoint, datacentre. The height of
/// a node and the breadth of a band are the number of chips.
struct FlowChart {
  std::string title;
  std::string description;
  std::vector<std::string> stages;
  std::vector<FlowNode> nodes;
  std::vector<FlowLink> links;
};

/// The larger of the chips that enter and the chips that leave node `index`.
[[nodiscard]] std::uint64_t node_count(const FlowChart& chart, std::size_t index);

/// The chart as an `<svg>` element. `id` must be unique in the page.
/// Requires: links lead to later stages; indices exist.
[[nodiscard]] std::string svg_element(const FlowChart& chart, const std::string& id);

}  // namespace muster::report
