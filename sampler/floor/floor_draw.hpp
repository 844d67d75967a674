#pragma once

#include <string>
#include <vector>

#include "sampler/beacon/beacon_value.hpp"
#include "sampler/draw/ticket.hpp"
#include "sampler/floor/floor_plan.hpp"

namespace muster::sampler {

/// A position that must be looked at.
struct DrawnPosition {
  std::string position;
  Hash leaf;
  draw::Ticket ticket;
};

/// A draw from the floor. Whoever has plan, positions and value makes the same one.
struct FloorDraw {
  draw::Seed seed;
  std::vector<DrawnPosition> positions;  ///< by ticket, smallest first
};

/// Draws the plan's sample of `positions`, which must be sorted.
/// Errors: `refused` by `floor.positions` (they are not the committed ones) and `draw.beacon` (a
/// value of another kind or round; one of kind "value" may stand in for any).
Result<FloorDraw> draw_positions(const FloorPlan& plan, const std::vector<std::string>& positions,
                                 const BeaconValue& beacon);

}  // namespace muster::sampler
