#pragma once

#include <cstdint>
#include <optional>

#include "sampler/stats/hypergeometric.hpp"

namespace muster::stats {

/// The inputs of equation 1.
/// Source: Shavit, "What does it take to catch a Chinchilla?" (arXiv 2303.11341), section 3.2.
struct PaperPlan {
  Decimal flop;               ///< H: the size of run to be found.
  std::uint64_t chips;        ///< C: chips in the population.
  Decimal flop_per_chip_day;  ///< a: what a chip does in a day at full use.
  Decimal snapshots_per_day;  ///< f: mean snapshots of a chip in a day.
  Decimal period_days;        ///< T_m: from one inspection to the next.
  Decimal run_days;           ///< T: the longest run.
  Probability target;         ///< p: chance to find the run while it lasts.
};

/// Equation 1's numbers: draws with replacement.
struct PaperCounts {
  Real per_period;               ///< s, not rounded.
  Real per_year;                 ///< 365 s / T_m, not rounded.
  std::uint64_t whole_per_year;  ///< Rounded up: the numbers of the paper's Table 1.
};

/// The same question asked of draws without replacement.
struct PaperExact {
  std::uint64_t violating;   ///< k = ceil(H / (aT)): whole chips.
  Real period_target;        ///< 1 - (1-p)^(T_m/T).
  std::uint64_t per_period;  ///< Fewest chips in each period.
};

/// Errors: `invalid_input` unless H, a, T_m, T and C are above 0, f is not negative, and T_m <= T.
Result<void> check(const PaperPlan& plan);

/// s >= ln(1-p) / ln(1-x) T_m / T with x = H / (aTC) (1 - exp(-f T_m)). Nothing where the paper has
/// a dash: a population of C chips cannot do H in T days; and where no number of draws is enough.
/// Requires: check(plan).
[[nodiscard]] std::optional<PaperCounts> paper_counts(const PaperPlan& plan);

/// The exact counterpart: whole chips, drawn without replacement. Nothing as `paper_counts`.
/// Requires: check(plan), chips < 2^62.
[[nodiscard]] std::optional<PaperExact> paper_exact(const PaperPlan& plan);

}  // namespace muster::stats
