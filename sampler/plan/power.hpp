#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sampler/plan/plan_request.hpp"
#include "sampler/stats/real.hpp"

namespace muster::sampler {

/// The chance that a sample draws a chip of a run that needs `effective` chips of the frame: 0 for
/// none. With `detection`, that the chip drawn also holds a snapshot of it.
/// Requires: effective <= chips, inspected <= chips.
[[nodiscard]] stats::Real draw_probability(std::uint64_t chips, std::uint64_t effective,
                                           std::uint64_t inspected,
                                           const Probability* detection = nullptr);

/// What the plan does against one kind of run.
struct PowerPoint {
  Decimal run_flop;                              ///< the run's whole size
  Decimal days;                                  ///< its length
  std::optional<std::uint64_t> effective_chips;  ///< nothing: the frame cannot do it
  std::optional<stats::Real> probability;        ///< nothing: as above
};

/// What a plan does against a run that needs so many chips of the frame.
using PowerAgainst = std::function<stats::Real(const HiddenRun& run, std::uint64_t effective)>;

/// Power over runs of 1 to 3 times the rule, in tenths, each within T days.
[[nodiscard]] std::vector<PowerPoint> power_over_sizes(const PlanRequest& request,
                                                       const PowerAgainst& power);

/// Power against a run of the stated excess that takes T, 2T and 4T days.
[[nodiscard]] std::vector<PowerPoint> power_over_lengths(const PlanRequest& request,
                                                         const PowerAgainst& power);

}  // namespace muster::sampler
