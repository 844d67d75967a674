#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sampler/beacon/ledger_ceremony.hpp"
#include "sampler/plan/drawing.hpp"

namespace muster::sampler {

enum class CheckStatus {
  ok,
  failed,
  unverified,  ///< nothing wrong seen, but what would show it is not there
};

/// One question to a draw, and its answer.
struct NamedCheck {
  std::string check;
  CheckStatus status;
  std::string detail;  ///< what is wrong or missing; empty when ok
};

/// What decided one site of a draw at the gates.
struct GateValue {
  std::string site;
  std::optional<Timestamp> arrived_at{};  ///< when the ledger took the arrival, before the opening
  BeaconValue beacon;
  std::optional<Timestamp> time{};  ///< when the value came to be, by its sources
};

/// All that a stranger needs to make the draw anew.
struct DrawEvidence {
  std::vector<Frame> frames;  ///< with their keys
  BeaconValue beacon;
  std::optional<Seal> seal;  ///< nothing: not published yet
  std::vector<SiteOpening> openings;
  std::optional<Timestamp> plan_accepted_at{};  ///< by the ledger
  std::optional<Timestamp> beacon_time{};       ///< when the value came to be
  /// The ceremony that made the value, if it stands in the ledger: its indexes then say what is
  /// later than what, and the two times above are not asked.
  std::optional<LedgerCeremony> ceremony{};
  /// The chips that earlier draws opened, sorted: what a draw from the rest leaves out.
  std::vector<std::string> seen{};
  std::vector<GateValue> gates{};  ///< of a draw at the gates: one for each opened site
};

/// The value that decided a site: its own in a draw at the gates. Null where none is known.
[[nodiscard]] const BeaconValue* value_at(const Plan& plan, const DrawEvidence& evidence,
                                          std::string_view site);

/// Makes the draw anew from public artefacts and compares, question by question. Never fails:
/// whatever is wrong is a check that says so.
/// Cost: the hashes of the frame and of one ticket for each line.
[[nodiscard]] std::vector<NamedCheck> draw_checks(const Plan& plan, const DrawEvidence& evidence);

/// The first of these alone: whether frames and keys are those that the plan froze.
[[nodiscard]] NamedCheck check_frozen_frames(const Plan& plan, const DrawEvidence& evidence);

/// True if all is ok.
[[nodiscard]] bool all_ok(const std::vector<NamedCheck>& checks);
/// True if something failed (and not merely is unverified).
[[nodiscard]] bool any_failed(const std::vector<NamedCheck>& checks);

/// The answer of `muster plan verify --json`.
[[nodiscard]] Json checks_json(const std::vector<NamedCheck>& checks);

}  // namespace muster::sampler
