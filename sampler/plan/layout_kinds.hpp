#pragma once

#include "sampler/plan/layout.hpp"
#include "sampler/stats/site_quotas.hpp"

/// \file
/// The designs one by one; `lay_out` and `design_power` choose among them.
namespace muster::sampler {

/// The refusal where even a census misses too often.
[[nodiscard]] tl::unexpected<Error> census_too_weak();

/// The largest 64-bit number that a draw with chance `rate` or just above it takes:
/// ceil(2^64 rate) - 1, and 0 at least.
[[nodiscard]] std::uint64_t limit_of(const stats::Real& rate);

/// The chance that a chip of the run holds a snapshot from so many hours of it.
/// Requires: request.snapshots, hours above 0.
[[nodiscard]] Probability snapshot_chance(const PlanRequest& request, const Decimal& hours);

/// The strata of a stratified layout: sites or Provers, and what is drawn of each.
[[nodiscard]] std::vector<stats::SiteSample> strata_of(const Layout& layout,
                                                       const PlanRequest& request);

Result<Layout> pooled_layout(const PlanRequest& request, std::uint64_t effective,
                             const Probability& detection);

Result<Layout> stratified_layout(const PlanRequest& request, std::uint64_t effective,
                                 const Probability& detection);
[[nodiscard]] stats::Real stratified_power(const Layout& layout, const PlanRequest& request,
                                           std::uint64_t effective, const Probability& detection);

Result<Layout> colocated_layout(const PlanRequest& request, std::uint64_t effective,
                                const Probability& detection);
[[nodiscard]] stats::Real colocated_power(const Layout& layout, const PlanRequest& request,
                                          std::uint64_t effective, const Probability& detection);

Result<Layout> weighted_layout(const PlanRequest& request, const Probability& detection);
[[nodiscard]] stats::Real weighted_power(const Layout& layout, const PlanRequest& request,
                                         const HiddenRun& run, const Probability& detection);

/// What one chip of the class can do in the run; 0 for one that was not held.
[[nodiscard]] stats::Rational chip_flop(const ChipClass& item, const HiddenRun& run);
/// What chips of the frame must do when all unseen ones, as fast as the fastest, work too.
[[nodiscard]] stats::Rational framed_flop(const PlanRequest& request, const HiddenRun& run);

/// A run of one length, and what of it the visits see that surely meet it.
struct RunMeeting {
  Decimal days;
  std::uint64_t visits;                ///< that each see a whole period of it
  std::optional<std::uint64_t> chips;  ///< of the frame; nothing: it has too few
  Probability whole;                   ///< that a chip seen for a period holds a snapshot
  std::optional<Probability> part;     ///< the same at one more visit that sees the rest
};

/// The lengths up to that of `run` of which one is best for the Prover, as rounds meet them.
[[nodiscard]] std::vector<RunMeeting> run_meetings(const PlanRequest& request,
                                                   const HiddenRun& run);

Result<Layout> rounds_layout(const PlanRequest& request);
/// Over all visits that a run of up to `run.longest_days` surely meets, at its best length.
/// `drawn_only`: that a chip is drawn, whatever its log holds.
[[nodiscard]] stats::Real rounds_power(const PlanRequest& request, std::uint64_t inspected,
                                       const HiddenRun& run, bool drawn_only);

/// From how many hits of one Prover on a finding may accuse it.
/// Source: Holm (1979); a hit of an honest line has the chance rate x exp(-D / mean days to close).
[[nodiscard]] FamilyAnswer family_answer(const FamilyLevel& family, const QueryExpectation& honest,
                                         std::uint64_t lines);

}  // namespace muster::sampler
