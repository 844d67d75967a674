#include "sampler/plan/plan_request.hpp"

#include <set>

#include "ledger/base/utf8.hpp"
#include "sampler/plan/seen_before.hpp"

namespace muster::sampler {
namespace {

/// Beyond this the file that lists them is the problem, not the plan.
constexpr std::uint64_t most_chips = std::uint64_t{1} << 40U;
constexpr std::size_t most_items = 100'000;
constexpr std::size_t most_text = 400;
constexpr std::size_t most_sources = 8;

tl::unexpected<Error> invalid(const std::string& message) {
  return failure(Errc::invalid_input, message);
}

bool is_plain(const std::string& text, std::size_t most) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
  }
  return !text.empty() && text.size() <= most;
}

Result<std::uint64_t> frozen_chips(const PlanRequest& request) {
  if (request.frames.empty()) {
    return refusal("plan.no_frozen_roots",
                   "no frame is frozen; freeze frame, heads and declarations first");
  }
  std::uint64_t chips = 0;
  const FrozenFrame* before = nullptr;
  for (const FrozenFrame& frame : request.frames) {
    for (const Hash& root :
         {frame.freeze_statement, frame.frame_root, frame.heads_root, frame.declarations_root}) {
      if (root == Hash{}) {
        return refusal("plan.no_frozen_roots",
                       frame.prover.text() + ": a frozen root is missing or zero");
      }
    }
    if (before != nullptr && !(before->prover < frame.prover)) {
      return invalid("frames: want one for each Prover, sorted");
    }
    if (frame.frame_count > most_chips) return invalid("frames: too many chips");
    chips += frame.frame_count;
    before = &frame;
  }
  if (chips == 0) return invalid("frames: hold no chips");
  return chips;
}

Result<void> check_counts(const PlanRequest& request) {
  MUSTER_TRY_ASSIGN(const std::uint64_t chips, frozen_chips(request));
  if (request.sites.size() > most_items || request.classes.size() > most_items) {
    return invalid("sites or classes: more than " + std::to_string(most_items));
  }
  std::uint64_t at_sites = 0;
  const SiteCount* before = nullptr;
  for (const SiteCount& site : request.sites) {
    if (site.chips == 0) return invalid("sites: " + site.site.text() + " holds no chips");
    if (before != nullptr && !(before->site < site.site)) return invalid("sites: want sorted ids");
    at_sites += site.chips;
    before = &site;
  }
  const std::uint64_t in_classes = chip_count(request.classes);
  if (at_sites != chips || in_classes != chips) {
    return invalid("frames: hold " + std::to_string(chips) + " chips, sites " +
                   std::to_string(at_sites) + ", classes " + std::to_string(in_classes));
  }
  return {};
}

Result<void> check_classes(const PlanRequest& request) {
  std::set<std::pair<std::string, std::string>> seen;
  std::set<std::string> without_logs;
  for (const ChipClass& item : request.classes) {
    if (item.count == 0 || item.flop_per_s == 0 || !is_plain(item.model, most_text)) {
      return invalid("classes: want a model, chips and a rate in each");
    }
    if (item.highest_flop_per_s < item.flop_per_s) {
      return invalid("classes: " + item.model + ": highest rate below the rate that counts");
    }
    if (item.days_held && item.days_held->value() < 0) {
      return invalid("classes: " + item.model + ": negative days held");
    }
    if (!seen.emplace(item.frame_class, item.frame_weight).second) {
      return invalid("classes: " + item.frame_class + " of weight " + item.frame_weight +
                     " stands twice");
    }
    if (item.log_profile.empty()) without_logs.insert(item.model);
  }
  if (request.purpose != Purpose::use || request.emulated || without_logs.empty()) return {};
  std::string names;
  for (const auto& name : without_logs) names += (names.empty() ? "" : ", ") + name;
  return refusal("plan.no_device_logs",
                 names +
                     ": no chip sold today is known to write a device log; plan for "
                     "existence, or leave these models out as not covered");
}

Result<void> check_snapshots(const PlanRequest& request) {
  if (!request.snapshots) return {};
  const SnapshotSchedule& s = *request.snapshots;
  for (const Decimal* figure : {&s.per_day, &s.covered_hours, &s.retention_days, &s.period_days}) {
    if (figure->value() <= 0) return invalid("snapshots: want every figure above 0");
  }
  if (s.campaign_days.value() < 0 || s.reading_delay_days.value() < 0) {
    return invalid("snapshots: negative days");
  }
  const Decimal needed = s.period_days + s.campaign_days + s.reading_delay_days;
  if (s.retention_days < needed) {
    return refusal("plan.retention", "logs keep " + s.retention_days.text() +
                                         " days, and period, campaign and reading delay take " +
                                         needed.text() + ": a run could hide in the blind days");
  }
  return {};
}

Result<void> check_sources(const BeaconSpec& beacon) {
  if (beacon.sources.empty() || beacon.sources.size() > most_sources || beacon.round != 0) {
    return invalid("beacon: want 1 to 8 sources and round 0");
  }
  bool checkable = false;
  std::set<PublicRound> seen;
  for (const PublicRound& source : beacon.sources) {
    MUSTER_TRY(check(source));
    if (!seen.insert(source).second) {
      return invalid("beacon: " + round_name(source) + " stands twice");
    }
    const auto time = round_time(source);
    if (time && *time < beacon.not_before) {
      return refusal("plan.beacon_too_early", round_name(source) + " is due " + time->to_string() +
                                                  ", want " + beacon.not_before.to_string() +
                                                  " or later");
    }
    checkable = checkable || is_checkable(source);
  }
  if (checkable) return {};
  return refusal("plan.beacon_unverifiable",
                 "the signatures of drand are not checked here: name a NIST pulse or a ceremony "
                 "beside it");
}

/// Sources with a timetable, of which no round is named: it follows from the arrival.
Result<void> check_gate(const PlanRequest& request) {
  const BeaconSpec& beacon = request.beacon;
  if (!request.design || request.design->kind != DesignKind::stratified) {
    return invalid(
        "beacon: a draw at the gates wants the design stratified, whose numbers at "
        "each site are fixed");
  }
  if (request.design->strata != Strata::sites || request.extends) {
    return invalid("beacon: a draw at the gates has sites for strata, and extends no other");
  }
  if (beacon.sources.empty() || beacon.sources.size() > most_sources || beacon.round != 0) {
    return invalid("beacon: want 1 to 8 sources and round 0");
  }
  bool checkable = false;
  std::set<std::string> seen;
  for (PublicRound source : beacon.sources) {
    if (source.round != 0 || source.kind == "ceremony" || !seen.insert(source.kind).second) {
      return invalid(
          "beacon: a draw at the gates wants nist-v2 or drand-quicknet, each once and "
          "with the round 0");
    }
    source.round = 1;
    MUSTER_TRY(check(source));
    checkable = checkable || is_checkable(source);
  }
  if (checkable) return {};
  return refusal("plan.beacon_unverifiable",
                 "the signatures of drand are not checked here: name nist-v2 beside it");
}

}  // namespace

Result<void> check(const BeaconSpec& beacon) {
  if (beacon.kind == "beacons") return check_sources(beacon);
  if (!beacon.sources.empty()) return invalid("beacon: sources are for the kinds beacons and gate");
  for (const char* kind : {"ceremony", "nist-v2", "value"}) {
    if (beacon.kind == kind) return {};
  }
  return invalid("beacon: got kind \"" + beacon.kind + "\", want ceremony, beacons, gate or value");
}

namespace {

/// The frozen roots must be out of everybody's hands before the value that decides the draw exists.
Result<void> check_freeze(const PlanRequest& request) {
  const auto& witness = request.freeze_witness;
  if (witness && (!is_utf8(witness->policy) || !is_utf8(witness->checkpoint))) {
    return invalid("freeze_witness: want UTF-8");
  }
  MUSTER_TRY_ASSIGN(const FreezeTime time, freeze_time(witness));
  if (!time.not_after || *time.not_after <= request.beacon.not_before) return {};
  return refusal("plan.freeze_after_beacon", "the freeze is witnessed at " +
                                                 time.not_after->to_string() +
                                                 ", and the beacon value may exist from " +
                                                 request.beacon.not_before.to_string() + " on");
}

}  // namespace

namespace {

Result<void> check_evidence(const PlanRequest& request) {
  MUSTER_TRY(check(request.evidence));
  if (request.snapshots || request.evidence == EvidenceDemand{}) return {};
  return invalid("evidence: asks something of logs, and the plan reads none");
}

}  // namespace

Result<void> check(const PlanRequest& request) {
  if (!is_plain(request.title, most_text)) return invalid("title: want 1 to 400 plain characters");
  if (request.window.length_ms() <= 0) return invalid("window: ends before it begins");
  MUSTER_TRY(check_counts(request));
  MUSTER_TRY(check_classes(request));
  MUSTER_TRY(check(request.run));
  MUSTER_TRY(total(request.unseen));
  if (request.reporting_limit_flop.value() < 0) return invalid("reporting_limit_flop: negative");
  if (request.target.is_zero() || request.target.is_one() || !request.target.exact()) {
    return invalid("target: want a number above 0 and below 1");
  }
  MUSTER_TRY(check_snapshots(request));
  MUSTER_TRY(check_evidence(request));
  if (request.queries &&
      (request.queries->mean_close_days.value() <= 0 || !request.queries->rate.exact())) {
    return invalid("queries: want a stated rate and a mean time to close above 0");
  }
  for (const std::string& text : request.not_covered) {
    if (!is_plain(text, most_text)) return invalid("not_covered: want 1 to 400 plain characters");
  }
  if (request.presence_required == Presence::none) return invalid("presence_required: got none");
  if (request.beacon.kind == "gate") {
    MUSTER_TRY(check_gate(request));
  } else {
    MUSTER_TRY(check(request.beacon));
  }
  MUSTER_TRY(check_design(request));
  MUSTER_TRY(check_seen(request));
  return check_freeze(request);
}

}  // namespace muster::sampler
