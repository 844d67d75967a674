#pragma once

#include <string>

#include "cli/audit/draw_value.hpp"
#include "sampler/floor/floor_evaluation.hpp"

namespace muster::cli {

/// A plan of positions that stands in the ledger.
struct CommittedFloor {
  sampler::FloorPlan plan;
  PlanPlace place;
};

/// Reads plan `id` and checks that it follows from its own request.
/// Errors: `not_found`; `invalid_input` for a plan that draws chips; `corrupt` for one whose host
/// is not the Prover that it was committed for.
Result<CommittedFloor> committed_floor(Home& home, const std::string& id);

/// The value that decides the plan's draw, and whether it is shown to be later than the plan.
struct FloorValue {
  DrawValue value;
  /// Why its time cannot be shown, in words; empty where entries or signed times show it.
  std::string time_unshown;

  [[nodiscard]] bool shown() const { return value.beacon.verified && time_unshown.empty(); }
};

/// Errors: those of `own_value`; `refused` by `draw.value_not_later` for a public value that is
/// older than the plan's entry, or than the instant before which it must not exist.
Result<FloorValue> floor_value(Home& home, const CommittedFloor& floor, const BeaconSource& source);

/// What the register said of `name` when the plan was committed: what was registered, named or
/// moved after that explains nothing. Errors: those of the view.
Result<sampler::RegisterWord> register_word(Home& home, const CommittedFloor& floor,
                                            const std::string& name);

}  // namespace muster::cli
