#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "cli/demo/auditor.hpp"
#include "cli/demo/world.hpp"

namespace muster::cli::demo {

/// One audit of the demo: of a Prover, or of the pooled frame of all.
struct Audit {
  std::string plan;   ///< Its id in the ledger.
  std::string title;  ///< "Alder Compute, a fleet the size of Amazon's"
  std::vector<PartyId> provers{};
  Json document{};  ///< The plan as the inspector made it.
  std::uint64_t lines = 0;
  Json verdicts = Json::object();  ///< Chips per verdict.
  std::uint64_t hits = 0;
  Json evaluation{};  ///< The answer of `plan evaluate`.
  Json looks{};       ///< The answer of `plan looks`.
  Json checks{};      ///< The answer of `plan verify`.
};

/// One step of the inspection, for the tables.
struct Step {
  std::string name;
  std::uint64_t commands = 0;
  std::int64_t ms = 0;
};

/// Everything that the inspection of a world led to.
struct Inspection {
  std::string refusal;  ///< What `plan new --purpose use` says of products without logs.
  std::vector<Audit> audits;
  std::vector<Step> steps;
  Json ledger;  ///< The answer of `ledger verify`.
};

/// Inspects every Prover of `world` and the pool of all, from plan to sentence. The inspector is a
/// second process; between it and the Provers go only files. It trusts the witnesses of the policy
/// file `witness_policy` with the time of freeze.
/// Errors: those of the world and of any command that ends as it should not.
Result<Inspection> inspect(const World& world, const Auditor& auditor,
                           const std::string& witness_policy,
                           const std::function<void(const std::string&)>& announce);

}  // namespace muster::cli::demo
