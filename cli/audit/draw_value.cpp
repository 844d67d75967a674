#include "cli/audit/draw_value.hpp"

#include <algorithm>

#include "cli/audit/extension.hpp"
#include "cli/audit/ledger_ceremony.hpp"
#include "cli/audit/ledger_event.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "registry/key_validity.hpp"
#include "registry/rules.hpp"
#include "sampler/beacon/beacons_file.hpp"

namespace muster::cli {
namespace {

/// The Ed25519 keys that a party had when the plan was committed: what signs a transcript.
std::vector<crypto::Ed25519PublicKey> keys_of(const registry::State& state, const PlanPlace& plan,
                                              const std::string& party) {
  std::vector<crypto::Ed25519PublicKey> keys;
  for (const registry::Key& row : state.tables().keys.rows()) {
    if (state.party_name(row.party) != party) continue;
    if (!registry::key_is_valid(row, plan.index, plan.accepted_at)) continue;
    const auto key = crypto::PublicKey::parse(row.public_key);
    if (key && key->ed25519() != nullptr) keys.push_back(*key->ed25519());
  }
  return keys;
}

/// Every pair of keys that the plan's Prover and its Verifier could have signed a transcript with.
std::vector<sampler::CeremonyKeys> key_pairs(Home& home, const PlanPlace& plan) {
  std::vector<sampler::CeremonyKeys> pairs;
  const std::string& prover = plan.provers.front();
  for (const auto& prover_key : keys_of(home.state(), plan, prover)) {
    for (const auto& verifier_key : keys_of(home.state(), plan, plan.verifier)) {
      pairs.push_back({prover_key, verifier_key});
    }
  }
  return pairs;
}

/// The transcript's value; verified if any pair of the two parties' keys signed it.
Result<sampler::BeaconValue> transcript_value(Home& home, const PlanPlace& plan, const Json& json) {
  MUSTER_TRY_ASSIGN(const auto transcript, sampler::parse_ceremony(json));
  std::optional<sampler::BeaconValue> value;
  for (const auto& keys : key_pairs(home, plan)) {
    value = sampler::ceremony_beacon(transcript, plan.hash, keys);
    if (value->verified) return *value;
  }
  if (value) return *value;
  return failure(Errc::not_found, "ceremony: the ledger has no key of " + plan.provers.front() +
                                      " or " + plan.verifier);
}

bool names_ceremony(const sampler::BeaconSpec& spec) {
  const auto& sources = spec.sources;
  return std::ranges::find(sources, "ceremony", &sampler::PublicRound::kind) != sources.end();
}

/// The values of the sources that the plan names.
Result<DrawValue> public_value(Home& home, const PlanPlace& plan, const sampler::BeaconSpec& spec,
                               const Json& json) {
  const auto& sources = spec.sources;
  if (sources.empty()) {
    return refusal("draw.beacon", "plan " + plan.id + " names no public sources, but " + spec.kind);
  }
  MUSTER_TRY_ASSIGN(const auto file, sampler::parse_beacons(json));
  MUSTER_TRY_ASSIGN(auto ceremony, ledger_ceremony(home, plan));
  const sampler::CeremonyContext context{plan.hash, key_pairs(home, plan),
                                         ceremony ? &*ceremony : nullptr};
  const auto values = sampler::round_values(sources, file, context);
  const bool joined = ceremony && names_ceremony(spec);
  DrawValue value{sampler::combined_beacon(values),
                  joined ? "joined" : "beacons",
                  {},
                  sampler::known_since(values)};
  if (joined) value.ceremony = std::move(ceremony);
  return value;
}

Result<DrawValue> outside_value(Home& home, const PlanPlace& plan, const sampler::BeaconSpec& spec,
                                const BeaconSource& source) {
  if (!source.file.empty() && !source.value.empty()) {
    return failure(Errc::invalid_input, "beacon: want --beacon or --beacon-value, not both");
  }
  if (!source.file.empty()) {
    MUSTER_TRY_ASSIGN(const std::string text, read_text_file(source.file, std::uint64_t{1} << 20U));
    auto json = parse_json(text);
    if (!json) return failure(std::move(json.error()).during(source.file));
    if (sampler::is_beacons_file(*json)) return public_value(home, plan, spec, *json);
    MUSTER_TRY_ASSIGN(auto beacon, transcript_value(home, plan, *json));
    return DrawValue{std::move(beacon), "transcript"};
  }
  MUSTER_TRY_ASSIGN(auto beacon, sampler::stated_value(source.value, source.source, spec.round));
  return DrawValue{std::move(beacon), "value"};
}

bool is_outside(const BeaconSource& source) {
  return !source.file.empty() || !source.value.empty();
}

DrawValue ceremony_value(sampler::LedgerCeremony ceremony) {
  auto beacon = sampler::ledger_beacon(ceremony);
  return {std::move(beacon), "ceremony", std::move(ceremony)};
}

/// The value that the seal states and nothing in the ledger explains.
Result<DrawValue> stated_by_seal(Home& home, const CommittedPlan& plan, registry::Index32 sealed) {
  MUSTER_TRY_ASSIGN(const LedgerEvent seal, ledger_event(home, sealed));
  const registry::Body body = seal.event.fields().record("beacon");
  MUSTER_TRY_ASSIGN(Bytes bytes, bytes_from_hex(body.text("value")));
  return DrawValue{{"value", plan.plan.request.beacon.round, std::move(bytes), false,
                    "stated by the seal, of kind " + body.text("kind") + " (UNVERIFIED)"},
                   body.text("kind")};
}

}  // namespace

Result<DrawValue> own_value(Home& home, const PlanPlace& plan, const sampler::BeaconSpec& spec,
                            const BeaconSource& source) {
  if (is_outside(source)) {
    MUSTER_TRY_ASSIGN(auto outside, outside_value(home, plan, spec, source));
    // Wrong evidence is no draw; what merely cannot be checked here is a draw with a label.
    const sampler::BeaconValue& beacon = outside.beacon;
    const bool combined = outside.kind == "beacons" || outside.kind == "joined";
    if (combined && !beacon.verified && !beacon.unchecked) {
      return refusal("draw.beacon", beacon.source);
    }
    if (outside.ceremony) {
      const auto findings = sampler::order_findings(*outside.ceremony);
      if (!findings.empty()) return refusal("draw.ceremony_faulty", findings.front());
    }
    return outside;
  }
  if (!spec.sources.empty()) {
    return failure(Errc::invalid_input, "beacon: plan " + plan.id +
                                            " names public sources; give --beacon FILE, made by "
                                            "`muster beacon collect`");
  }
  MUSTER_TRY_ASSIGN(auto ceremony, ledger_ceremony(home, plan));
  if (!ceremony) {
    return failure(Errc::invalid_input,
                   "beacon: no ceremony of plan " + plan.id +
                       " stands in the ledger; `muster ceremony commit`, or give --beacon FILE, or "
                       "--beacon-value HEX with --beacon-source TEXT");
  }
  if (!sampler::is_complete(*ceremony)) {
    return refusal("draw.not_revealed",
                   "plan " + plan.id + ": " + sampler::missing_part(*ceremony));
  }
  auto findings = sampler::part_findings(*ceremony);
  for (auto& finding : sampler::order_findings(*ceremony)) findings.push_back(std::move(finding));
  if (!findings.empty()) return refusal("draw.ceremony_faulty", findings.front());
  return ceremony_value(std::move(*ceremony));
}

namespace {

Result<DrawValue> own_sealed_value(Home& home, const CommittedPlan& plan,
                                   const BeaconSource& source) {
  if (is_outside(source)) {
    return outside_value(home, place_of(plan), plan.plan.request.beacon, source);
  }
  const registry::Tables& tables = home.state().tables();
  const registry::Index32 sealed = tables.plans[tables.plans.find(plan.id)].sealed;
  std::optional<sampler::LedgerCeremony> ceremony;
  // One of several sources decides nothing alone.
  if (plan.plan.request.beacon.sources.empty()) {
    MUSTER_TRY_ASSIGN(ceremony, ledger_ceremony(home, place_of(plan)));
  }
  if (ceremony && (sealed != registry::no_index || sampler::is_complete(*ceremony))) {
    return ceremony_value(std::move(*ceremony));
  }
  if (sealed != registry::no_index) return stated_by_seal(home, plan, sealed);
  const std::string missing =
      ceremony ? sampler::missing_part(*ceremony) : "no party has committed";
  return DrawValue{{"value", plan.plan.request.beacon.round, {}, false, "no value yet: " + missing},
                   "value"};
}

/// What stands behind an extension's value stands in the ledger under the plan that it extends.
DrawValue as_extended(DrawValue value, const CommittedPlan& own) {
  if (value.kind == "ceremony") value.kind = "extended";
  value.planned_at = own.accepted_at;
  return value;
}

}  // namespace

Result<DrawValue> draw_value(Home& home, const CommittedPlan& plan, const BeaconSource& source) {
  MUSTER_TRY_ASSIGN(const auto extended, extended_plans(home, plan));
  if (extended.empty()) {
    return own_value(home, place_of(plan), plan.plan.request.beacon, source);
  }
  MUSTER_TRY(check_unopened(home, plan.plan));
  const CommittedPlan& first = extended.back();
  MUSTER_TRY_ASSIGN(auto value,
                    own_value(home, place_of(first), first.plan.request.beacon, source));
  return as_extended(std::move(value), extended.back());
}

Result<DrawValue> sealed_value(Home& home, const CommittedPlan& plan, const BeaconSource& source) {
  if (sampler::drawn_at_gates(plan.plan)) {
    return refusal("draw.at_gates", "plan " + plan.id +
                                        " draws each site at its gate: its lines are known after "
                                        "`muster kit arrive`, by `muster kit open --site`");
  }
  MUSTER_TRY_ASSIGN(const auto extended, extended_plans(home, plan));
  if (extended.empty()) return own_sealed_value(home, plan, source);
  MUSTER_TRY_ASSIGN(auto value, own_sealed_value(home, extended.back(), source));
  return as_extended(std::move(value), extended.back());
}

Result<void> check_not_ahead(const DrawValue& value, Timestamp now) {
  if (!value.time || value.time->ms <= now.ms + registry::max_event_ahead_ms) return {};
  return refusal("draw.value_ahead", "the value is of " + value.time->to_string() + ", and it is " +
                                         now.to_string() +
                                         ": set the clock right, or draw when it has come");
}

Json beacon_json(const sampler::BeaconValue& beacon) {
  return {{"kind", beacon.kind},
          {"randomness", to_hex(beacon.randomness)},
          {"round", beacon.round},
          {"source", beacon.source},
          {"verified", beacon.verified}};
}

}  // namespace muster::cli
