#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sampler/stats/hypergeometric.hpp"

namespace muster::stats {

/// One site that must be caught by itself, since a run needs one interconnect and cannot be split.
struct ColocatedSite {
  Lot lot;             ///< Its chips, and the chips of a run that is there.
  Decimal visit_cost;  ///< Of going there. Not negative.
  Decimal chip_cost;   ///< Of each chip inspected. Not negative.
};

/// The cheapest way to catch a run at a site with a given probability: a coin between at most two
/// sample sizes, one of which may be 0, no visit.
struct ColocatedPlan {
  Real expected_cost;
  Real share;                          ///< Chance of the larger size of two; 1 of a single one.
  std::vector<std::uint64_t> samples;  ///< Sizes that are mixed, ascending.
};

/// The lower convex envelope of the points (detection of n, visit + n chips), n >= 1, with (0, 0),
/// at the target. Nothing where the site cannot hold the run and the target is above 0. Cost:
/// logarithmic in the chips of the site, times a detection.
[[nodiscard]] std::optional<ColocatedPlan> colocated_plan(const ColocatedSite& site,
                                                          const Probability& target);

/// The same where a drawn chip is recognised with a chance of its own; nothing too where a census
/// does not reach the target.
[[nodiscard]] std::optional<ColocatedPlan> colocated_plan(const ColocatedSite& site,
                                                          const Probability& recognition,
                                                          const Probability& target);

}  // namespace muster::stats
