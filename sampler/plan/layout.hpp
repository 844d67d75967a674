#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sampler/plan/plan_request.hpp"
#include "sampler/stats/real.hpp"

namespace muster::sampler {

/// What is drawn at one site, by itself: `high` chips with the chance `share`, else `low`.
struct SiteDraw {
  SiteId site;
  std::uint64_t low;
  std::uint64_t high;
  stats::Real share;          ///< 1 where low == high
  std::uint64_t visit_limit;  ///< `high` if the site's visit number is not above it
};

/// What is drawn of one Prover's frame, over all of its sites.
struct ProverDraw {
  PartyId prover;
  std::uint64_t chips;
  std::uint64_t inspected;
  std::uint64_t worst;               ///< chips of the run that the worst placement puts there
  std::optional<stats::Real> alone;  ///< a run wholly there is drawn with; nothing: it has no room
};

/// What a plan for each Prover by itself would do, each for the whole run.
struct OwnPlans {
  std::uint64_t chips;  ///< n of all; 0 of a Prover that cannot do the run alone
  stats::Real split;    ///< a run that is split over all of them is drawn with, at its best
};

/// With what chance each chip of a class is drawn.
struct ClassDraw {
  std::string frame_class;
  std::string frame_weight;
  std::uint64_t chips;
  stats::Real rate;            ///< of one chip; what the limit makes of it is never below
  std::uint64_t ticket_limit;  ///< drawn if the first 64 bits of its ticket are not above it
};

/// What the visits do against a run of one length.
struct RoundPower {
  Decimal run_days;
  std::uint64_t visits;  ///< that surely meet the whole of a period of it
  std::optional<std::uint64_t> effective_chips;
  std::optional<stats::Real> probability;  ///< over all of them
};

/// The same visits when none draws a chip that an earlier one of them drew: what that would take.
/// Only against violators who cannot move the run to chips already seen.
struct Rotation {
  std::uint64_t visits;
  std::uint64_t sample_size;  ///< at each visit
  stats::Real probability;    ///< over all visits, against a run of the longest length
};

/// How many hits accuse, so that honest Provers are safe all together.
struct FamilyAnswer {
  stats::Real level_per_prover;  ///< of the strictest step of Holm's procedure
  stats::Real honest_hit_rate;   ///< of one line
  std::uint64_t accuse_from;     ///< hits of one Prover from which a finding may accuse
  stats::Real wrong_accusation;  ///< of one honest Prover, at most
  stats::Real expected_false;    ///< honest Provers accused wrongly, if all are honest
};

/// What a design makes of a request: what is drawn where, and what that costs.
struct Layout {
  std::uint64_t sample_size = 0;        ///< chips; rounded up where chance decides how many
  bool chance_decides = false;          ///< how many chips are drawn
  std::vector<SiteDraw> sites{};        ///< stratified and colocated: every site of the request
  std::vector<ProverDraw> provers{};    ///< stratified by Prover: every Prover of the pool
  std::optional<OwnPlans> own_plans{};  ///< the same: for comparison
  std::vector<ClassDraw> classes{};     ///< weighted: every class of the request
  std::vector<RoundPower> rounds{};     ///< rounds: the lengths of runs that do best
  std::optional<std::uint64_t> no_fewer_than{};  ///< chips of the best design that visits all sites
  bool worst_is_exact = true;  ///< false: power is a bound that the true one is not below
  stats::Real expected_chips{};
  stats::Real expected_visits{};
  stats::Real expected_visit_cost{};  ///< the part of the cost that is for going there
  stats::Real expected_cost{};
  std::optional<Rotation> rotation{};  ///< rounds: with memory; what is done, or for comparison
  std::optional<FamilyAnswer> family{};
  std::vector<std::string> lowering{};  ///< assumptions for the title
  std::vector<std::string> assumptions{};
  std::vector<std::string> not_covered{};
};

/// A class as `run` is counted by it. Days held count those of this one window: a run that is
/// longer goes on before or after it, and a chip may work for it so many days more. For rounds, of
/// which a run lasts over several, the days do not bound it at all.
[[nodiscard]] ChipClass counted_class(const PlanRequest& request, const ChipClass& item,
                                      const HiddenRun& run);
/// All classes of the request so.
[[nodiscard]] std::vector<ChipClass> counted_classes(const PlanRequest& request,
                                                     const HiddenRun& run);

/// The chance that a chip of the run holds a snapshot of it, as one visit sees it.
[[nodiscard]] Probability visit_detection(const PlanRequest& request);

/// Lays the request's design out against a run of `effective` chips of the frame.
/// Requires: request.design; effective > 0.
/// Errors: `refused` by `plan.unreachable_target`, `plan.alone_cannot_reach` (no site holds a
/// co-located run), `plan.no_sure_visit` (rounds), `plan.quotas` (fixed ones miss the target, or
/// those skipped can hold a run).
Result<Layout> lay_out(const PlanRequest& request, std::uint64_t effective,
                       const Probability& detection);

/// How many visits before its own a plan of rounds with memory leaves the chips of out: those that
/// meet one run with it. 0 for all others.
[[nodiscard]] std::uint64_t visits_remembered(const PlanRequest& request, const Layout& layout);

/// The chance over all visits that rounds with memory draw a chip of a run whose Prover watches,
/// and uses the chips that the visits before drew as far as they reach. Requires:
/// remembers(request).
[[nodiscard]] stats::Real watched_power(const PlanRequest& request, const Layout& layout);

/// The chance that the design draws a chip of `run`, which needs `effective` chips of the frame,
/// wherever its threat model lets them be.
[[nodiscard]] stats::Real design_power(const PlanRequest& request, const Layout& layout,
                                       const HiddenRun& run, std::uint64_t effective,
                                       const Probability& detection);

}  // namespace muster::sampler
