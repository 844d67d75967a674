#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/audit/draw_events.hpp"
#include "sampler/plan/draw_check.hpp"

namespace muster::cli {

// Draws at the gates: the lines of a site come from values published after the team's arrival.

/// When the ledger took the arrival at a site of `plan`; nothing before it did, and for an arrival
/// that does not stand before the site's opening. Errors: those of the log.
Result<std::optional<Timestamp>> arrival_at(Home& home, const CommittedPlan& plan,
                                            const std::string& site);

/// The rounds that decide a site: of each source of the plan the first one published after
/// `arrived`. Errors: those of `sampler::round_at`.
Result<std::vector<sampler::PublicRound>> gate_rounds(const sampler::Plan& plan, Timestamp arrived);

/// The value to open sites by: for a plan that draws at the gates that of the one site named,
/// else as `sealed_value`.
/// Errors: `invalid_input` unless one site is named at a gate; `refused` by `draw.not_arrived`, and
/// by `draw.beacon` for values that are not those after the arrival.
Result<DrawValue> opening_value(Home& home, const CommittedPlan& plan, const BeaconSource& source,
                                const std::vector<std::string>& sites);

/// What decided each opened site, as a stranger finds it: by the values in `source`, else as the
/// openings state it, unverified. Errors: those of the file and of the log.
Result<std::vector<sampler::GateValue>> gate_values(Home& home, const CommittedPlan& plan,
                                                    const BeaconSource& source,
                                                    const std::vector<LedgerOpening>& openings);

}  // namespace muster::cli
