#pragma once

#include <map>
#include <string>
#include <vector>

#include "registry/chokepoint/shipment_check.hpp"

namespace muster::choke {

/// A container that was scanned.
struct ScannedContainer {
  ContainerRow row{};
  std::vector<std::string> above{};  ///< What it stands in, from the innermost on.
  Level outside = Level::paper;      ///< Shown without opening it: by its own seal.
  std::string must_open{};           ///< Why, or empty.
};

/// A chip that was scanned.
struct ScannedChip {
  Level level = Level::mark;
  std::vector<std::string> above{};  ///< What it stands in, from the innermost on.
};

/// The chips of a scanned container that stand in no scanned container within it. So each chip is
/// in one unit, and a container whose chips all stand in scanned inner ones has none of its own.
struct Unit {
  std::uint64_t chips = 0;
  std::vector<Level> shown{};  ///< Of those that were scanned themselves.
  /// Shown of the others without opening anything: by the container's seal or that of a scanned one
  /// around it. A seal around one that must be opened shows nothing of what is in that.
  Level level = Level::paper;
  /// The innermost container that must be opened and has these chips in it, or empty.
  std::string opened_with{};

  [[nodiscard]] std::uint64_t unseen() const;
};

using ScannedContainers = std::map<std::string, ScannedContainer>;
using ScannedChips = std::map<std::string, ScannedChip>;

/// The first of `above` that was scanned, or the end.
[[nodiscard]] ScannedContainers::const_iterator innermost(const ScannedContainers& containers,
                                                          const std::vector<std::string>& above);

/// The unit of each scanned container, by its name.
[[nodiscard]] std::map<std::string, Unit> units_of(const ScannedContainers& containers,
                                                   const ScannedChips& chips);

}  // namespace muster::choke
