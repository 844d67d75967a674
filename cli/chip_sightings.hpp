#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/home.hpp"

namespace muster::cli {

/// An entry that names a chip and does not move it: somebody saw it, asked for it, or says
/// something of it.
struct Sighting {
  registry::Index32 index = 0;
  std::string how{};    ///< "listed", "in CONTAINER", "named", or "answers query Q1" and the like.
  std::string words{};  ///< What it says of the chip: "consistent, uplink-cut"; or empty.

  friend bool operator==(const Sighting&, const Sighting&) = default;
};

/// Every such entry among the first `size`, oldest first. `states` are all states of the chip
/// within them, newest first, as `states_of` has them.
/// Cost: reads the entries that the state says name the chip, and the manifests that list it.
/// Errors: `corrupt` if the log lacks an entry or a manifest of it.
Result<std::vector<Sighting>> sightings_of(Home& home, registry::RowN chip,
                                           std::span<const registry::ChipState> states,
                                           registry::Index32 size);

/// The same of `entries` alone, which rise and begin where the chip was made at the earliest: what
/// the state says is held to, in tests.
Result<std::vector<Sighting>> sightings_among(Home& home, registry::RowN chip,
                                              std::span<const registry::ChipState> states,
                                              std::span<const registry::Index32> entries);

}  // namespace muster::cli
