#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sampler/stats/hypergeometric.hpp"

namespace muster::stats {

/// Chips that are drawn from by themselves: a site, or a class of chips with one rate.
struct Stratum {
  std::uint64_t size;        ///< Chips.
  std::uint64_t weight = 1;  ///< What each chip adds to a hidden run. Above 0.
};

/// Where a Prover puts the chips of a hidden run so that the sample is likeliest to miss them all.
struct WorstPlacement {
  std::vector<std::uint64_t> violating;  ///< Chips of the run in each stratum; one maximiser.
  Real miss;                             ///< Probability that no stratum's sample holds one.
};

/// The worst placement of a run of total weight `run_weight` or more, when `quotas[i]` chips are
/// drawn from stratum i. Nothing when all strata together weigh less.
/// Requires: quotas[i] <= strata[i].size < 2^62, one quota for each stratum.
/// Cost: for equal weights, the chips of the run times the logarithm of the strata; else for each
/// stratum run_weight^2 / weight.
[[nodiscard]] std::optional<WorstPlacement> worst_placement(std::span<const Stratum> strata,
                                                            std::span<const std::uint64_t> quotas,
                                                            std::uint64_t run_weight);

/// The probability that samples of `quotas` miss a run placed as `violating`.
[[nodiscard]] Real placement_miss(std::span<const Stratum> strata,
                                  std::span<const std::uint64_t> quotas,
                                  std::span<const std::uint64_t> violating);

/// ceil(size (1 - beta^(weight / run_weight))) for each stratum, beta = 1 - target: quotas that
/// reach the target wherever the run is placed. Requires: run_weight > 0.
[[nodiscard]] std::vector<std::uint64_t> rate_quotas(std::span<const Stratum> strata,
                                                     std::uint64_t run_weight,
                                                     const Probability& target);

/// Quotas of the smallest total that reach the target wherever the run is placed; nothing where no
/// quotas do, since the strata cannot hold such a run. Found by search: for a handful of strata of
/// some hundred chips.
[[nodiscard]] std::optional<std::vector<std::uint64_t>> smallest_quotas(
    std::span<const Stratum> strata, std::uint64_t run_weight, const Probability& target);

/// A site that is visited with a probability, independent of the others, and sampled if visited.
struct Visit {
  std::uint64_t size;       ///< Chips.
  std::uint64_t inspected;  ///< Chips drawn in a visit. At most `size`.
  Probability visited;
};

/// The worst placement of `violating` chips against random visits. Nothing when the sites hold
/// fewer chips. Cost: violating^2 steps for each site.
[[nodiscard]] std::optional<WorstPlacement> worst_placement(std::span<const Visit> visits,
                                                            std::uint64_t violating);

}  // namespace muster::stats
