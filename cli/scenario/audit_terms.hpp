#pragma once

#include <vector>

#include "cli/scenario/scenario_file.hpp"
#include "ledger/base/chip_id.hpp"
#include "sampler/plan/frame.hpp"
#include "sampler/plan/plan.hpp"

namespace muster::cli::scenario {

// What both sides of a played audit can compute from what is announced.

/// When the frames are frozen and when the inspector reads, after the window.
struct AuditDays {
  Timestamp frozen_at;  ///< a day after the window
  Timestamp read_at;    ///< four days after the window
};
[[nodiscard]] AuditDays audit_days(const Announced& announced);

/// The chip in place `place`, counted over the sites in their order. Made from the seed alone, so
/// that a world of any size costs what is touched of it.
[[nodiscard]] ChipId chip_at(const ScenarioFile& scenario, std::uint64_t place);

/// The frame that the Prover froze: all its chips, as heavy as each other.
[[nodiscard]] sampler::Frame frozen_frame(const ScenarioFile& scenario);

/// What else was frozen before the draw.
struct FrozenRoots {
  Hash frame;
  Hash heads;
  Hash declarations;
};

/// Roots of a freeze of nothing, for plans that only count.
[[nodiscard]] FrozenRoots roots_of_nothing();

/// The simple plan for the announced frame. Errors: those of `sampler::make_plan`.
Result<sampler::Plan> committed_plan(const Announced& announced, const stats::Decimal& anomaly_rate,
                                     const FrozenRoots& roots,
                                     const sampler::VrfPublicKey& vrf_key);

/// The plan that `committed_plan` makes for other roots: they change nothing of its arithmetic.
[[nodiscard]] sampler::Plan with_roots(sampler::Plan plan, const FrozenRoots& roots);

/// Its request, for plans of other designs.
[[nodiscard]] sampler::PlanRequest plan_request(const Announced& announced,
                                                const stats::Decimal& anomaly_rate,
                                                const FrozenRoots& roots,
                                                const sampler::VrfPublicKey& vrf_key);

/// A secret of the world: SHA-256("muster/scenario/v1\n" || seed || "\n" || label).
[[nodiscard]] Hash scenario_secret(const ScenarioFile& scenario, std::string_view label);

}  // namespace muster::cli::scenario
