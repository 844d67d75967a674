#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/audit/draw_value.hpp"
#include "registry/statement.hpp"
#include "sampler/draw/ticket.hpp"
#include "sampler/plan/draw_check.hpp"

namespace muster::cli {

/// The body of `draw.seal`: what binds the draw before the first visit. `beacon_kind` says what
/// stands behind the value, as `DrawValue` does.
[[nodiscard]] registry::Draft seal_draft(const std::string& plan, const sampler::Seal& seal,
                                         const std::string& beacon_kind);

/// The `draw.open` of one site. Lines are in the order of their chips; long lists go into a
/// manifest. Errors: `invalid_input` for a line without a chip id.
Result<registry::Draft> opening_draft(const CommittedPlan& plan, const sampler::BeaconValue& beacon,
                                      const sampler::SiteOpening& opening);

/// One site of a plan as the ledger has it opened.
struct LedgerOpening {
  std::string site;
  Hash statement;
  Timestamp accepted_at;
  Bytes proof;
  std::vector<ChipId> chips;  ///< Line i is chips[i].
};

/// The seal of `plan`; nothing when it was not sealed.
/// Errors: `corrupt` for a round or value that the ledger should not have taken.
Result<std::optional<sampler::Seal>> ledger_seal(Home& home, const CommittedPlan& plan);

/// Every opening of `plan`, in the order of the ledger.
Result<std::vector<LedgerOpening>> ledger_openings(Home& home, const std::string& plan);

/// The openings as a stranger checks them: each line looked up in the frames of `evidence`, with
/// its ticket by the values there.
[[nodiscard]] std::vector<sampler::SiteOpening> checkable_openings(
    const CommittedPlan& plan, const std::vector<LedgerOpening>& openings,
    const sampler::DrawEvidence& evidence);

/// The seeds of the opened sites, without those whose value is not known or whose proof is not of
/// the plan's key.
[[nodiscard]] std::map<std::string, draw::Seed> opened_seeds(
    const CommittedPlan& plan, const std::vector<LedgerOpening>& openings,
    const sampler::DrawEvidence& evidence);

}  // namespace muster::cli
