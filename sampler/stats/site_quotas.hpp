#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sampler/stats/hypergeometric.hpp"

namespace muster::stats {

/// A site, and how many of its chips are inspected whatever happens at the others.
struct SiteSample {
  std::uint64_t size;
  std::uint64_t inspected;  ///< At most `size`.
};

/// Where a Prover puts the `chips` of a run so that the samples are likeliest to miss them all.
/// With recognition below 1 the placement is the worst by the bound of `spread_miss`. Nothing when
/// the sites hold fewer chips.
///
/// Requires: sizes below 2^53.
/// Cost: sites times the logarithm of the sites, whatever the chips of the run.
/// Source: minus the logarithm of each site's chance to miss is convex in the chips placed there,
/// so the cheapest next chip is always right; ties do not change the chance.
[[nodiscard]] std::optional<std::vector<std::uint64_t>> worst_spread(
    std::span<const SiteSample> sites, std::uint64_t chips, const Probability& recognition);

/// The chance that the samples miss a run placed as `violating`; with recognition d below 1 its
/// upper bound, the product of (1 - d n/N)^k.
/// Source of the bound: Hoeffding (1963), Theorem 4: sums without replacement are smaller in convex
/// order than with it.
[[nodiscard]] Real spread_miss(std::span<const SiteSample> sites,
                               std::span<const std::uint64_t> violating,
                               const Probability& recognition);

/// What inspecting a site costs.
struct SitePrice {
  double visit;  ///< Of going there at all.
  double chip;   ///< Of each chip.
};

/// What quotas must reach: a run of `chips` wherever it is placed, missed with 1 - target at most.
struct QuotaAim {
  std::uint64_t chips;
  const Probability& recognition;
  const Probability& target;
};

/// True if the samples reach the aim against every placement, decided exactly at recognition 1.
[[nodiscard]] bool reaches(std::span<const SiteSample> sites, const QuotaAim& aim);

/// Quotas that reach the aim at a low price: over sets of skipped small sites and three ways to
/// round shares, the cheapest, of which no quota can be lowered by itself. Nothing when even a
/// census does not reach it. No quotas have fewer chips than a sample of the whole frame, which
/// says how far from the best they can be; `smallest_quotas` is exact for a handful of small sites.
/// Requires: as many prices as sizes.
/// Cost: some milliseconds for each hundred sites.
[[nodiscard]] std::optional<std::vector<std::uint64_t>> balanced_quotas(
    std::span<const std::uint64_t> sizes, std::span<const SitePrice> prices, const QuotaAim& aim);

}  // namespace muster::stats
