#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sampler/evaluate/beside.hpp"

namespace muster::sampler {

// What may be said before the last line is read. A plan of one site and d = 1 may be looked at
// after every line, in ticket order; any other after each site that is done.

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

/// How many of a site's lines are closed as consistent or hit.
struct SiteProgress {
  std::uint64_t chips;  ///< of the frame at the site
  std::uint64_t done;   ///< at most `chips`
};

/// The chance that the lines done so far would have drawn, and recognised, a chip of the run, were
/// its chips placed at the worst among the sites: what an interim state may claim, whatever the
/// order of visits. 0, which claims nothing, where chance decides how many lines a site has. When
/// every line is done it is what the whole sample does, which is no less.
[[nodiscard]] stats::Real drawn_so_far(const Plan& plan, const std::vector<SiteProgress>& sites);

/// A site as it was visited.
struct VisitedSite {
  SiteId site;
  std::vector<LineOutcome> lines{};  ///< its drawn lines, in any order
};

/// What may be said when a site is done.
struct VisitLook {
  SiteId site;
  std::uint64_t lines;  ///< of all sites so far
  std::uint64_t hits;
  stats::Real drawn;  ///< at the worst placement given the lines of each site
  /// After clean lines 1 / (1 - drawn): evidence against a run of k chips wherever it is. Values of
  /// 1 / (1 - target) or more reject it. Nothing with a hit, or when it cannot be missed any more.
  std::optional<stats::Real> e_value;
};

/// The looks after each site, in the order of visits, up to the first with an open line. They are
/// valid together if nothing that was found changed the order: the chance to miss at each look
/// depends on the lines done alone, so that the first look to reach the limit is known beforehand.
/// Requires: sites of the plan.
[[nodiscard]] std::vector<VisitLook> visit_looks(const Plan& plan,
                                                 const std::vector<VisitedSite>& visits);

[[nodiscard]] Json looks_json(const Plan& plan, const std::vector<Look>& list);
[[nodiscard]] Json visit_looks_json(const std::vector<VisitLook>& list);

}  // namespace muster::sampler
