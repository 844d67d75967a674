#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sampler/evaluate/evaluation.hpp"

namespace muster::sampler {

/// Lines to draw anew of one stratum: a site, or a Prover of a pool.
struct EscalatedStratum {
  std::string name;
  std::uint64_t lines;
};

/// A fresh draw that says of a run's other chips what the plan said of the run, wherever they are.
struct Escalation {
  std::uint64_t lines;
  std::vector<EscalatedStratum> strata;
};

/// Why a plan with a design has no escalation after resolved hits; empty where it has one. (Plans
/// without a design have that of `bounds_beside`.)
[[nodiscard]] std::string no_escalation_because(const Plan& plan);

/// After resolved hits of a stratified plan: the same design, drawn anew by a later value, against
/// the k - hits chips that a run would have beside those found; the chips found are accepted, and
/// any other hit makes a finding. Exact by worst placement at d = 1. Nothing while a line is open,
/// without a hit, where the hits are a run by themselves, and where no quotas of the rule suffice.
[[nodiscard]] std::optional<Escalation> escalation(const Plan& plan, const Evaluation& result);

[[nodiscard]] Json escalation_json(const std::optional<Escalation>& escalation);

/// Why no posterior bound stands beside a plan's result; empty where one does: simple samples with
/// d = 1.
[[nodiscard]] std::string no_prior_because(const Plan& plan);

}  // namespace muster::sampler
