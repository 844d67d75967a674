#include "cli/demo/packing.hpp"

#include <algorithm>

namespace muster::cli::demo {
namespace {

/// `items` in boxes called "<prefix>1", "<prefix>2" …
template <class T, class Id, class Chips>
std::vector<Box> boxed(const std::vector<T>& items, const std::string& prefix, Id id_of,
                       Chips chips_of) {
  std::vector<Box> boxes;
  for (const T& item : items) {
    if (boxes.empty() || boxes.back().children.size() == children_per_box) {
      boxes.push_back({prefix + std::to_string(boxes.size() + 1), {}, 0});
    }
    boxes.back().children.push_back(id_of(item));
    boxes.back().chips += chips_of(item);
  }
  return boxes;
}

}  // namespace

std::vector<Pallet> packed_pallets(const std::vector<FleetStock>& stock) {
  std::vector<Pallet> pallets;
  for (const FleetStock& fleet : stock) {
    for (const Hall& hall : fleet.halls) {
      const auto containers = boxed(
          hall.boards, hall.site + ".c", [](const Board& board) { return board.id; },
          [](const Board& board) { return board.chips.size(); });
      const auto boxes = boxed(
          containers, hall.site + ".p", [](const Box& box) { return box.id; },
          [](const Box& box) { return box.chips; });
      for (std::size_t i = 0; i < boxes.size(); ++i) {
        const std::size_t first = i * children_per_box;
        const std::size_t end = std::min(first + children_per_box, containers.size());
        pallets.push_back({boxes[i],
                           {containers.begin() + static_cast<std::ptrdiff_t>(first),
                            containers.begin() + static_cast<std::ptrdiff_t>(end)},
                           fleet.fleet->prover.text(),
                           hall.site});
      }
    }
  }
  return pallets;
}

}  // namespace muster::cli::demo
