#pragma once

#include <string>
#include <vector>

#include "sampler/evaluate/evaluation.hpp"

namespace muster::sampler {

// Accusing is another question than clearing: whether so many resolved hits would be likely of an
// honest Prover, all Provers of a campaign together.

/// One audit of the family.
struct AccusedAudit {
  std::string name;             ///< the plan's id
  std::uint64_t lines = 0;      ///< closed lines
  std::uint64_t hits = 0;       ///< resolved hits among them
  stats::Real honest_rate = 0;  ///< chance that an honest line ends as a hit, as its plan states
};

/// The audit as an accusation sees it. Errors: `refused` by `accuse.no_rate` for a plan that states
/// no rate of honest anomalies, and by `accuse.open` while a line is open.
Result<AccusedAudit> accused_audit(const Plan& plan, const Evaluation& result);

/// How an audit stands in its family.
struct Accusation {
  AccusedAudit audit;
  stats::Real by_chance;  ///< P(so many hits or more | honest)
  stats::Real adjusted;   ///< by Holm over the family
  bool stands = false;    ///< adjusted <= level
};

/// The family's accusations in its order: with `level`, the chance that any honest Prover of it is
/// accused is at most that, if lines fail independently at the stated rates.
[[nodiscard]] std::vector<Accusation> accusations(const std::vector<AccusedAudit>& family,
                                                  const stats::Real& level);

[[nodiscard]] Json accusations_json(const std::vector<Accusation>& list, const std::string& level);

}  // namespace muster::sampler
