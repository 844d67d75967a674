#pragma once

#include <string>
#include <vector>

#include "cli/audit/committed_plan.hpp"
#include "sampler/evaluate/looks.hpp"

namespace muster::cli {

/// The lines of a plan and what the ledger has of them, at any moment of the campaign.
struct Answers {
  /// Every sealed line. One of a site that is not opened yet has no chip, but a name of its own.
  std::vector<sampler::DrawnChip> drawn;
  std::vector<sampler::LineResult> results;
  std::vector<std::string> opened{};  ///< sites, in the order in which they were opened
  std::uint64_t unopened = 0;         ///< lines of sites that are not opened yet
  bool sealed = false;                ///< the draw is sealed
};

/// A query that nobody answered by its deadline is a hit once the ledger has an entry from then or
/// later, whether or not it was closed as one. Errors: those of the log.
Result<Answers> answers_of(Home& home, const std::string& plan);

/// The answers judged: lines that are sealed and not opened count as open. Of an abandoned plan
/// only its hits are left. Errors: `refused` by `draw.not_sealed`; those of `sampler::evaluation`.
Result<sampler::Evaluation> evaluated(Home& home, const CommittedPlan& plan);

/// Queries of the plan that are neither answered nor closed, and were due by `now`.
[[nodiscard]] std::uint64_t clocks_run_out(const registry::State& state, const std::string& plan,
                                           Timestamp now);

/// Lines closed at each site of the plan.
[[nodiscard]] std::vector<sampler::SiteProgress> progress_of(const sampler::Plan& plan,
                                                             const Answers& answers);

/// The sites that were opened, in that order, and how their lines came out so far.
/// Errors: those of a site's name.
Result<std::vector<sampler::VisitedSite>> visited_sites(const sampler::Plan& plan,
                                                        const Answers& answers);

}  // namespace muster::cli
