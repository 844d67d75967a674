#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/base/hash.hpp"
#include "ledger/base/names.hpp"
#include "ledger/base/timestamp.hpp"
#include "sampler/beacon/public_round.hpp"
#include "sampler/plan/design.hpp"
#include "sampler/plan/evidence_demand.hpp"
#include "sampler/plan/freeze_time.hpp"
#include "sampler/plan/purpose.hpp"
#include "sampler/plan/vrf_key.hpp"
#include "sampler/stats/probability.hpp"
#include "sampler/threshold/chip_class.hpp"
#include "sampler/threshold/hidden_run.hpp"

namespace muster::sampler {

using stats::Probability;

/// What one Prover committed before the draw. A pooled plan quotes several.
struct FrozenFrame {
  PartyId prover;
  Hash freeze_statement;  ///< statement hash of the freeze
  Hash frame_root;        ///< over the frame's leaves, in the order of the frame
  std::uint64_t frame_count;
  Hash heads_root;         ///< over one reported log head per chip, or "none"
  Hash declarations_root;  ///< over every declared run, manifest and transcript commitment
};

/// How many chips of the frame stand at a site.
struct SiteCount {
  SiteId site;
  std::uint64_t chips;
};

/// Which public value, later than the plan, decides the draw.
struct BeaconSpec {
  /// "ceremony", "beacons" (the `sources` together), "gate" (at each site the first values of the
  /// `sources` after the team's arrival there), "value" (which nobody can verify) or, in plans
  /// before 2026-11-29, "nist-v2" without a certificate (of which no value verifies).
  std::string kind;
  std::uint64_t round;                 ///< as the beacon counts; 0 for a ceremony and for beacons
  Timestamp not_before;                ///< the value must not exist before
  std::vector<PublicRound> sources{};  ///< 1 to 8, each another; of kind "gate" with round 0
};

/// When the log of a chip of the run holds a snapshot of it: at random instants, each chip for
/// itself. Only this chance makes d; that a snapshot fools the appraisal is not in it.
struct SnapshotSchedule {
  Decimal per_day;         ///< mean snapshots a day of powered time
  Decimal covered_hours;   ///< hours of the run that the logs read still cover
  Decimal retention_days;  ///< how long a log keeps an entry
  Decimal period_days;     ///< T_m: from one visit to the next
  Decimal campaign_days;   ///< from the draw to the last line
  Decimal reading_delay_days;
};

/// What becomes of anomalies that honest chips show.
struct QueryExpectation {
  Probability rate;                             ///< share of honest chips with an anomaly on a day
  std::uint64_t close_days;                     ///< D: a query not closed within becomes a hit
  Decimal mean_close_days{stats::Rational(7)};  ///< mean time to close one, taken as exponential
};

/// The plan whose draw another one goes on with, before anything of it is opened: the same seeds,
/// more of the smallest tickets.
struct ExtendedPlan {
  PlanId plan;
  Hash draw;            ///< Hash of the plan whose draw it is: the first of a row of extensions.
  std::uint64_t lines;  ///< n of `plan`, fewer than the n of the extension.
};

/// How many lines of a class stay out of a draw.
struct SeenClass {
  std::string frame_class;
  std::string frame_weight;
  std::uint64_t lines;
};

/// Whose chance the target of a draw from the rest is.
enum class TargetOf {
  draw,       ///< this draw's by itself, whatever the earlier ones found
  all_draws,  ///< that of all draws together as one sample
};

/// What earlier draws opened of the frame, and a plan leaves out: its own draw is of the rest.
struct SeenBefore {
  PlanId plan;  ///< Whose draw was the last before; what it left out itself stays out too.
  Hash plan_hash;
  std::uint64_t chips;             ///< That all of these draws opened.
  Hash root;                       ///< Over `seen_leaf` of each, by rising id.
  std::vector<SiteCount> sites;    ///< Lines of the frames with these chips, by site.
  std::vector<SeenClass> classes;  ///< The same lines, by class and weight.
  std::uint64_t not_consistent;    ///< Of the chips: hits, or open when the plan was made.
  bool one_sample;                 ///< The chips are a simple sample of the frame.
  TargetOf target_of = TargetOf::draw;
  std::optional<std::uint64_t> lines{};  ///< n as asked for; nothing: the fewest for the target.
};

/// All that a plan is made from.
struct PlanRequest {
  PlanId id;
  Purpose purpose;
  std::string title;  ///< whom it concerns, for people
  Window window;
  std::vector<FrozenFrame> frames;  ///< by Prover
  std::vector<SiteCount> sites;     ///< by site id; their chips are those of the frames
  std::vector<ChipClass> classes;   ///< their counts are those of the frames
  HiddenRun run;
  Decimal reporting_limit_flop;  ///< a run up to this size incriminates nobody
  UnseenChips unseen;
  std::optional<std::uint64_t> ledger_unaccounted{};  ///< the ledger's own total, shown beside U
  std::optional<std::uint64_t> legacy_estimate{};     ///< chips older than the register
  Probability target;
  std::optional<SnapshotSchedule> snapshots{};  ///< nothing: d = 1 as stated
  std::optional<QueryExpectation> queries{};
  std::vector<std::string> not_covered{};  ///< models, lines and places left out before the draw
  Presence presence_required = Presence::uplink_cut;  ///< a line seen less well stays open
  BeaconSpec beacon;
  VrfPublicKey vrf_key;
  bool emulated = false;  ///< a scenario that gives its products the profile emulated-v1
  std::optional<FreezeWitness> freeze_witness{};  ///< nothing: the operator's word
  std::optional<Design> design{};         ///< nothing: the simple design of plans of version 1
  std::optional<ExtendedPlan> extends{};  ///< nothing: a draw of its own
  std::optional<SeenBefore> seen{};       ///< nothing: a draw from the whole frame
  EvidenceDemand evidence{};              ///< what every log that is read must have
};

/// Errors: `invalid_input`; `refused` by `plan.beacon_too_early` and `plan.beacon_unverifiable`.
Result<void> check(const BeaconSpec& beacon);

/// The whole's fields in themselves and together.
/// Errors: `invalid_input` for a malformed request; `refused` by `plan.no_frozen_roots`,
/// `plan.no_device_logs` (use of chips that write no log), `plan.retention`,
/// `plan.freeze_not_witnessed`, `plan.freeze_after_beacon`, `plan.beacon_too_early` and
/// `plan.beacon_unverifiable`.
Result<void> check(const PlanRequest& request);

}  // namespace muster::sampler
