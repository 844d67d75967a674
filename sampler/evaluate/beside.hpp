#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sampler/evaluate/evaluation.hpp"
#include "sampler/stats/posterior.hpp"

namespace muster::sampler {

// What stands beside an evaluation: other bounds, each with what it assumes. None of them changes
// the verdict. What may be said before the last line is read is in `looks.hpp`.

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

}  // namespace muster::sampler
