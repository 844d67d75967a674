#pragma once

#include "cli/audit/committed_plan.hpp"
#include "sampler/plan/draw_check.hpp"

namespace muster::cli {

/// Whether the witnesses of a plan saw its freezes: the checkpoint is of this ledger, signed by its
/// operator, and every frozen root stands in it. The plan itself shows that a quorum cosigned it.
/// Nothing when the plan names no witnesses: its sentence says then that the time of freeze is the
/// operator's word. Errors: those of the store.
Result<std::optional<sampler::NamedCheck>> freeze_check(Home& home, const CommittedPlan& plan);

}  // namespace muster::cli
