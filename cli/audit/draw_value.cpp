#include "cli/audit/draw_value.hpp"

#include "cli/audit/ledger_ceremony.hpp"
#include "cli/audit/ledger_event.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "registry/key_validity.hpp"
#include "sampler/beacon/ceremony.hpp"

namespace muster::cli {
namespace {

/// The Ed25519 keys that a party had when the plan was committed: what signs a transcript.
std::vector<crypto::Ed25519PublicKey> keys_of(const registry::State& state,
                                              const CommittedPlan& plan, const std::string& party) {
  std::vector<crypto::Ed25519PublicKey> keys;
  for (const registry::Key& row : state.tables().keys.rows()) {
    if (state.party_name(row.party) != party) continue;
    if (!registry::key_is_valid(row, plan.index, plan.accepted_at)) continue;
    const auto key = crypto::PublicKey::parse(row.public_key);
    if (key && key->ed25519() != nullptr) keys.push_back(*key->ed25519());
  }
  return keys;
}

/// The transcript's value; verified if any pair of the two parties' keys signed it.
Result<sampler::BeaconValue> transcript_value(Home& home, const CommittedPlan& plan,
                                              const std::string& file) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file, std::uint64_t{1} << 20U));
  MUSTER_TRY_ASSIGN(const Json json, parse_json(text));
  MUSTER_TRY_ASSIGN(const auto transcript, sampler::parse_ceremony(json));
  const std::string prover = plan.freezes.front().prover.text();
  std::optional<sampler::BeaconValue> value;
  for (const auto& prover_key : keys_of(home.state(), plan, prover)) {
    for (const auto& verifier_key : keys_of(home.state(), plan, plan.verifier)) {
      value = sampler::ceremony_beacon(transcript, sampler::plan_hash(plan.plan),
                                       {prover_key, verifier_key});
      if (value->verified) return *value;
    }
  }
  if (value) return *value;
  return failure(Errc::not_found,
                 "ceremony: the ledger has no key of " + prover + " or " + plan.verifier);
}

Result<DrawValue> outside_value(Home& home, const CommittedPlan& plan, const BeaconSource& source) {
  if (!source.file.empty() && !source.value.empty()) {
    return failure(Errc::invalid_input, "beacon: want --beacon or --beacon-value, not both");
  }
  if (!source.file.empty()) {
    MUSTER_TRY_ASSIGN(auto beacon, transcript_value(home, plan, source.file));
    return DrawValue{std::move(beacon), "transcript"};
  }
  MUSTER_TRY_ASSIGN(auto beacon, sampler::stated_value(source.value, source.source,
                                                       plan.plan.request.beacon.round));
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

Result<DrawValue> draw_value(Home& home, const CommittedPlan& plan, const BeaconSource& source) {
  if (is_outside(source)) return outside_value(home, plan, source);
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

Result<DrawValue> sealed_value(Home& home, const CommittedPlan& plan, const BeaconSource& source) {
  if (is_outside(source)) return outside_value(home, plan, source);
  const registry::Tables& tables = home.state().tables();
  const registry::Index32 sealed = tables.plans[tables.plans.find(plan.id)].sealed;
  MUSTER_TRY_ASSIGN(auto ceremony, ledger_ceremony(home, plan));
  if (ceremony && (sealed != registry::no_index || sampler::is_complete(*ceremony))) {
    return ceremony_value(std::move(*ceremony));
  }
  if (sealed != registry::no_index) return stated_by_seal(home, plan, sealed);
  const std::string missing =
      ceremony ? sampler::missing_part(*ceremony) : "no party has committed";
  return DrawValue{{"value", plan.plan.request.beacon.round, {}, false, "no value yet: " + missing},
                   "value"};
}

Json beacon_json(const sampler::BeaconValue& beacon) {
  return {{"kind", beacon.kind},
          {"randomness", to_hex(beacon.randomness)},
          {"round", beacon.round},
          {"source", beacon.source},
          {"verified", beacon.verified}};
}

}  // namespace muster::cli
