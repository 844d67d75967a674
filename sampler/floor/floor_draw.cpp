#include "sampler/floor/floor_draw.hpp"

#include "sampler/draw/selection.hpp"
#include "sampler/floor/positions.hpp"
#include "sampler/plan/frame.hpp"

namespace muster::sampler {

Result<FloorDraw> draw_positions(const FloorPlan& plan, const std::vector<std::string>& positions,
                                 const BeaconValue& beacon) {
  const FloorRequest& request = plan.request;
  const bool stands_in = beacon.kind == "value";
  if ((beacon.kind != request.beacon.kind && !stands_in) || beacon.round != request.beacon.round) {
    return refusal("draw.beacon", "got " + beacon.kind + " round " + std::to_string(beacon.round) +
                                      ", the plan wants " + request.beacon.kind + " round " +
                                      std::to_string(request.beacon.round));
  }
  const auto leaves = position_leaves(request.site, positions);
  const Hash root = leaves_root(leaves);
  if (positions.size() != request.positions || root != request.positions_root) {
    return refusal("floor.positions", "got " + std::to_string(positions.size()) +
                                          " positions of root " + root.to_hex() + ", plan " +
                                          request.id.text() + " committed " +
                                          std::to_string(request.positions) + " of root " +
                                          request.positions_root.to_hex());
  }
  FloorDraw drawn{draw::site_seed({floor_plan_hash(plan), request.site.text(), beacon.round,
                                   beacon.randomness, ByteView()}),
                  {}};
  const draw::SiteLeaves site{drawn.seed, leaves};
  MUSTER_TRY_ASSIGN(const auto sample, draw::draw_smallest({&site, 1}, plan.sample_size));
  for (const draw::DrawnLine& line : sample.lines) {
    drawn.positions.push_back({positions[line.line], leaves[line.line], line.ticket});
  }
  return drawn;
}

}  // namespace muster::sampler
