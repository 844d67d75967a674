#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "sampler/plan/plan_request.hpp"

namespace muster::cli {

/// What an inspector asks of a plan's design, as text.
struct DesignWish {
  std::string kind = "simple";
  std::string quotas = "optimal";
  std::string strata = "sites";
  std::vector<std::string> fixed;       ///< "SITE=CHIPS"
  std::vector<std::string> skipped;     ///< sites
  std::string visit_every;              ///< days, "30" or "30d"; rounds only
  bool memory = false;                  ///< rounds only
  std::string visit_cost;               ///< Empty: 0.
  std::string chip_cost;                ///< Empty: 1.
  std::vector<std::string> site_costs;  ///< "SITE=VISIT:CHIP"
  std::uint64_t family = 0;             ///< Provers audited together; 0: not stated
  std::string family_level = "0.05";
};

/// Adds the options of a design to a verb; `with_kind` also the one that chooses it.
void add_design_options(CLI::App& verb, DesignWish& wish, bool with_kind);

/// The design, or nothing where the wish says no more than the simple design does.
/// Errors: `invalid_input` naming the option.
Result<std::optional<sampler::Design>> design_of(const DesignWish& wish);

/// Makes the design part of a request. Rounds count what logs hold from one visit to the next.
void put_design(const std::optional<sampler::Design>& design, sampler::PlanRequest& request);

}  // namespace muster::cli
