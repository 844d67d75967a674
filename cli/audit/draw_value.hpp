#pragma once

#include <optional>
#include <string>

#include "cli/audit/committed_plan.hpp"
#include "cli/audit/plan_place.hpp"
#include "sampler/beacon/ledger_ceremony.hpp"

namespace muster::cli {

/// Where the value of a draw is taken from: a transcript of a ceremony outside the ledger, a file
/// of public values (`muster beacon collect`), or a value in hex that somebody states. Both empty:
/// from the ledger.
struct BeaconSource {
  std::string file;
  std::string value;
  std::string source;  ///< Who states the value.
};

/// The value that decides a draw, and what stands behind it.
struct DrawValue {
  sampler::BeaconValue beacon;
  /// As draw.seal has it: "ceremony", "transcript", "beacons", "joined" for public values together
  /// with the ledger's ceremony, "value", or "extended" for the ceremony of the plan that is
  /// extended.
  std::string kind;
  std::optional<sampler::LedgerCeremony> ceremony{};  ///< Of kinds "ceremony" and "joined".
  std::optional<Timestamp> time{};  ///< When public sources made it, by their signatures.
  /// When the plan that is extended was accepted; nothing for a draw of the plan's own.
  std::optional<Timestamp> planned_at{};
};

/// The value of a draw of the plan's own, by the public value that `spec` names. Errors: those of
/// `draw_value` but for extensions.
Result<DrawValue> own_value(Home& home, const PlanPlace& plan, const sampler::BeaconSpec& spec,
                            const BeaconSource& source);

/// The value to draw `plan` with. A transcript is checked with the keys that the ledger has of
/// Prover and Verifier.
/// Errors: `invalid_input` for both sources at once, or none and no ceremony in the ledger;
/// `refused` by `draw.extension_after_opening` for an extension whose draw is known, by
/// `draw.not_revealed` for a ceremony that is not complete and `draw.ceremony_faulty`
/// for one that no stranger would verify; those of the file.
Result<DrawValue> draw_value(Home& home, const CommittedPlan& plan, const BeaconSource& source);

/// The value that `plan` was drawn with. Without a source it is that of the ledger's ceremony, or
/// the one that the seal states: unverified, as is an empty one where there is no seal.
/// Errors: `refused` by `draw.at_gates` for a plan of which each site has a value of its own; those
/// of `draw_value` with a source; those of the log.
Result<DrawValue> sealed_value(Home& home, const CommittedPlan& plan, const BeaconSource& source);

/// A value of public sources exists when they say it does, and not before.
/// Errors: `refused` by `draw.value_ahead` for one whose signed time is later than `now`, five
/// minutes of clocks that differ aside: a clock is wrong, or somebody dates back.
Result<void> check_not_ahead(const DrawValue& value, Timestamp now);

/// The beacon as openings carry it.
[[nodiscard]] Json beacon_json(const sampler::BeaconValue& beacon);

}  // namespace muster::cli
