#pragma once

#include <string>
#include <vector>

#include "cli/home.hpp"

namespace muster::cli {

struct CommittedPlan;

/// Where a plan stands in the ledger, whatever it draws: chips of a frame, or positions.
struct PlanPlace {
  std::string id;
  std::string verifier;              ///< The party that committed it.
  std::vector<std::string> provers;  ///< Whose freezes it quotes, sorted.
  Hash hash;                         ///< Of the plan's document.
  Hash statement;
  registry::Index32 index;
  Timestamp accepted_at;
};

[[nodiscard]] PlanPlace place_of(const CommittedPlan& plan);

/// The place of plan `id`. Its document is not read. Errors: `not_found`; those of the log.
Result<PlanPlace> plan_place(Home& home, const std::string& id);

}  // namespace muster::cli
