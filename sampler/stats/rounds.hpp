#pragma once

#include <cstdint>
#include <optional>

#include "sampler/stats/hypergeometric.hpp"

namespace muster::stats {

/// A sample in each of several rounds, against a violation whose evidence is there in all of them.
struct Rounds {
  Real each;                        ///< Chance of one round to draw a violating chip.
  Real independent;                 ///< Of all rounds, each drawn from the whole frame.
  Real with_memory;                 ///< Of all rounds, no chip drawn twice.
  std::optional<Real> mean_rounds;  ///< Independent rounds until detection; nothing if never.
};

/// Requires: lot.violating <= lot.size, per_round <= lot.size < 2^62.
[[nodiscard]] Rounds rounds(const Lot& lot, std::uint64_t per_round, std::uint64_t count);

/// What the inspector gets of a one-period violation with `inspections` for `periods`, at best play
/// on both sides: the chance that the violation meets an inspection, m/T and 1 at most.
/// Source: Dresher (1962), in von Stengel (arXiv 1412.0129).
/// Requires: periods > 0.
[[nodiscard]] Rational sequential_inspection_value(std::uint64_t periods,
                                                   std::uint64_t inspections);

/// One inspection at a secret time in a period, against a violation that lasts to the period's end.
struct InterimInspection {
  Real expected_delay;  ///< From violation to detection, at best play: period / e.
  Rational midpoint;    ///< The same for an inspection known to come at half time.
  Real latest;          ///< The inspection never comes later than this: period (1 - 1/e).
};

/// Source: Diamond (1982): density 1/(1-t) on [0, 1 - 1/e].
[[nodiscard]] InterimInspection interim_inspection(const Decimal& period);

}  // namespace muster::stats
