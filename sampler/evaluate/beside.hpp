#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sampler/evaluate/evaluation.hpp"
#include "sampler/stats/posterior.hpp"

namespace muster::sampler {

// What stands beside an evaluation: other bounds, each with what it assumes, and what may be said
// before the last line is read. None of them changes the verdict.

/// A prior that a result names: beta-binomial of the number of violating chips.
struct NamedPrior {
  std::string name;  ///< for people
  stats::BetaPrior prior;
};

/// Reads "uniform", "jeffreys" or "A,B". Errors: `invalid_input`.
Result<NamedPrior> parse_prior(const std::string& text);

/// The prior of the confidence sequence: beta-binomial(1, ceil(80 N / k)), decided by the plan's
/// own figures, so that nobody chooses it after looking.
[[nodiscard]] NamedPrior committed_prior(const Plan& plan);

/// Bounds on the violating chips of the frame, hits and open lines counted as violating.
struct BoundsBeside {
  /// At the plan's target as confidence, chips whose log held no snapshot included.
  std::optional<std::uint64_t> violating_at_most;
  /// At the same posterior probability, by `prior`. Only where d = 1.
  std::optional<stats::CredibleBound> credible;
  std::optional<NamedPrior> prior;
  /// Lines in all that would reach the target again if the hits so far are accepted, and one more
  /// makes a finding. Only with every line closed, at least one hit, and d = 1.
  std::optional<std::uint64_t> escalated_lines;
};

/// Nothing but empty fields for a plan whose lines are no simple sample. Cost: some milliseconds
/// for each bound.
[[nodiscard]] BoundsBeside bounds_beside(const Plan& plan, const Evaluation& result,
                                         const std::optional<NamedPrior>& prior);

[[nodiscard]] Json bounds_json(const BoundsBeside& bounds);

/// What may be said after so many lines, read in ticket order.
struct Look {
  std::uint64_t lines;
  std::uint64_t hits;
  /// Evidence against "k or more violate" after clean lines: C(N,n)/C(N-k,n). Nothing with a hit,
  /// or when k violating chips cannot be missed any more.
  std::optional<stats::Real> e_value;
  std::uint64_t violating_at_most;  ///< of the confidence sequence at level 1 - target
};

/// Why a plan's lines may not be looked at one by one; empty when they may: one site, d = 1, a
/// simple sample. Elsewhere lines come in the order of visits, which is not that of tickets.
[[nodiscard]] std::string no_looks_because(const Plan& plan);

/// The looks after each of `outcomes`, lines in ticket order, as far as they are answered without a
/// gap; an open line ends them. Requires: no_looks_because(plan) is empty.
/// Cost: milliseconds a look; `every` thins them out, the last one always there.
[[nodiscard]] std::vector<Look> looks(const Plan& plan, const std::vector<LineOutcome>& outcomes,
                                      std::size_t every);

[[nodiscard]] Json looks_json(const Plan& plan, const std::vector<Look>& list);

/// How many of a site's lines are closed as consistent or hit.
struct SiteProgress {
  std::uint64_t chips;  ///< of the frame at the site
  std::uint64_t done;   ///< at most `chips`
};

/// The chance that the lines done so far would have drawn a chip of the run, were its chips placed
/// at the worst among the sites: what an interim state may claim, whatever the order of visits. 0,
/// which claims nothing, for a plan whose lines are no simple sample.
[[nodiscard]] stats::Real drawn_so_far(const Plan& plan, const std::vector<SiteProgress>& sites);

}  // namespace muster::sampler
