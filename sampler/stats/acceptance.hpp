#pragma once

#include <cstdint>
#include <optional>

#include "sampler/stats/probability.hpp"

namespace muster::stats {

/// The share of violating chips at which a plan that inspects `inspected` and accepts up to
/// `accepted` hits passes with probability `accepts`, draws being independent (binomial). Nothing
/// where no share does: a plan that accepts everything.
/// Accuracy: 35 digits.
[[nodiscard]] std::optional<Real> quality_at(std::uint64_t inspected, std::uint64_t accepted,
                                             const Probability& accepts);

/// The error that each of several Provers' tests may have so that all together stay within a total.
struct LevelPerProver {
  Real bonferroni;  ///< total / provers.
  Real sidak;       ///< 1 - (1 - total)^(1/provers), for independent tests.
};

/// Requires: provers > 0.
[[nodiscard]] LevelPerProver level_per_prover(std::uint64_t provers, const Probability& total);

/// The size of a population from two independent lists of it.
struct TwoLists {
  std::uint64_t first;   ///< On the first list.
  std::uint64_t second;  ///< On the second list.
  std::uint64_t both;    ///< On both. At most either.
};

/// Chapman's estimate (M+1)(C+1)/(R+1) - 1.
/// Source: Chapman (1951).
[[nodiscard]] Rational chapman_estimate(const TwoLists& lists);

/// Its variance (M+1)(C+1)(M-R)(C-R) / ((R+1)^2 (R+2)).
/// Source: Seber (1970).
[[nodiscard]] Rational chapman_variance(const TwoLists& lists);

}  // namespace muster::stats
