#pragma once

#include <string>
#include <vector>

#include "cli/audit/draw_value.hpp"
#include "cli/print/table.hpp"
#include "sampler/plan/draw_check.hpp"

namespace muster::cli {

/// What a stranger finds of a plan's draw in the ledger. A ceremony outside it has no clock that
/// anybody could check, so its time stays open: that it names the plan's hash shows that the plan
/// was written, not that it was committed.
/// Errors: those of the files and of the log.
Result<sampler::DrawEvidence> draw_evidence(Home& home, const CommittedPlan& plan,
                                            const FrameKeys& keys, const BeaconSource& source);

/// The same with frames that are made already.
Result<sampler::DrawEvidence> draw_evidence(Home& home, const CommittedPlan& plan,
                                            std::vector<sampler::Frame> frames,
                                            const BeaconSource& source);

/// All questions to a draw that the ledger answers: those of `sampler::draw_checks`, the order of
/// the entries, and the witnesses of the freeze where the plan names them.
Result<std::vector<sampler::NamedCheck>> ledger_draw_checks(Home& home, const CommittedPlan& plan,
                                                            const sampler::DrawEvidence& evidence);

/// The answers as a table for people.
[[nodiscard]] print::Table checks_table(const std::vector<sampler::NamedCheck>& checks);

}  // namespace muster::cli
