#include "registry/chokepoint/shipment_units.hpp"

#include <algorithm>

namespace muster::choke {
namespace {

/// What is shown of the chips in a container by the seals on it and around it, and what they are
/// opened with.
Unit seals_of(const std::string& id, const ScannedContainers& containers) {
  const ScannedContainer& own = containers.at(id);
  Unit unit{.chips = own.row.chips, .level = own.outside};
  if (!own.must_open.empty()) unit.opened_with = id;
  for (const std::string& holder : own.above) {
    if (!unit.opened_with.empty()) break;
    const auto around = containers.find(holder);
    if (around == containers.end()) continue;
    unit.level = std::max(unit.level, around->second.outside);
    if (!around->second.must_open.empty()) unit.opened_with = holder;
  }
  return unit;
}

}  // namespace

std::uint64_t Unit::unseen() const { return chips - std::min<std::uint64_t>(chips, shown.size()); }

ScannedContainers::const_iterator innermost(const ScannedContainers& containers,
                                            const std::vector<std::string>& above) {
  for (const std::string& holder : above) {
    const auto found = containers.find(holder);
    if (found != containers.end()) return found;
  }
  return containers.end();
}

std::map<std::string, Unit> units_of(const ScannedContainers& containers,
                                     const ScannedChips& chips) {
  std::map<std::string, Unit> units;
  for (const auto& [id, container] : containers) units.emplace(id, seals_of(id, containers));
  for (const auto& [id, container] : containers) {
    const auto around = innermost(containers, container.above);
    if (around == containers.end()) continue;
    std::uint64_t& left = units.at(around->first).chips;
    left -= std::min(left, container.row.chips);
  }
  for (const auto& [id, chip] : chips) {
    const auto holder = innermost(containers, chip.above);
    if (holder != containers.end()) units.at(holder->first).shown.push_back(chip.level);
  }
  return units;
}

}  // namespace muster::choke
