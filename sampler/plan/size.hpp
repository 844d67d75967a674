#pragma once

#include <optional>

#include "ledger/base/json.hpp"
#include "sampler/plan/plan.hpp"
#include "sampler/stats/paper.hpp"

namespace muster::sampler {

/// A question of size without a plan: `muster plan size`.
struct SizeQuestion {
  std::uint64_t population;
  std::uint64_t violation_chips;
  Probability target;
  Probability detection;  ///< d; 1 where nothing is said
  std::optional<QueryExpectation> queries{};
};

/// The answer of `muster plan size --json`: every field present, null where there is no answer.
/// Errors: `invalid_input` when the violation chips are none or more than the population.
Result<Json> size_json(const SizeQuestion& question);

/// The answer of `muster plan paper --json`; a dash of the paper's Table 1 is "reachable": false.
/// Errors: `invalid_input`, those of `stats::check`.
Result<Json> paper_json(const stats::PaperPlan& plan);

}  // namespace muster::sampler
