#pragma once

#include <string>

#include "sampler/plan/plan.hpp"

namespace muster::sampler {

/// Why no plan of that request can go on with another one's draw; empty where one can. By design:
/// - simple designs, rounds: more of the smallest tickets;
/// - stratified: more at each site, or of each Prover;
/// - weighted: higher limits;
/// - co-located: none. Coins between two sizes are not nested: a site of the longer draw may have
///   fewer lines than of the shorter one.
[[nodiscard]] std::string no_extension_because(const PlanRequest& request);

/// Why the sample of `longer` does not have every line of that of `base`, drawn from the same
/// seeds; empty where it does. Both plans are of one request but for target and id.
[[nodiscard]] std::string not_nested_because(const Plan& base, const Plan& longer);

}  // namespace muster::sampler
