#pragma once

#include <optional>

#include "cli/demo/fleets.hpp"
#include "sampler/stats/decimal.hpp"

namespace muster::cli::demo {

/// The fewest chips of `fleet`, fastest first, that can do `rule_flop` in `longest_days` at their
/// highest dense rates; nothing when all of them together cannot.
/// Errors: as `sampler::threshold`.
Result<std::optional<std::uint64_t>> violation_chips(const Fleet& fleet,
                                                     const stats::Decimal& rule_flop,
                                                     const stats::Decimal& longest_days);

/// The place of the fleet that plays the Prover with something to hide: the highest mean rate of a
/// chip among fleets of at least 1,000 chips, or among all when none is so large.
/// Requires: a fleet.
[[nodiscard]] std::size_t hiding_fleet(const FleetBook& book);

}  // namespace muster::cli::demo
