#include "cli/audit/committed_plan.hpp"

#include <algorithm>

#include "cli/audit/frames.hpp"
#include "cli/audit/ledger_event.hpp"
#include "cli/data_folder.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "sampler/beacon/ceremony.hpp"

namespace muster::cli {
namespace {

/// All Ed25519 keys that the ledger has of a party: what signs a ceremony.
std::vector<crypto::Ed25519PublicKey> keys_of(const registry::State& state,
                                              const std::string& party) {
  std::vector<crypto::Ed25519PublicKey> keys;
  for (const registry::Key& row : state.tables().keys.rows()) {
    if (state.party_name(row.party) != party) continue;
    const auto key = crypto::PublicKey::parse(row.public_key);
    if (key && key->ed25519() != nullptr) keys.push_back(*key->ed25519());
  }
  return keys;
}

/// The transcript's value; verified if any pair of the two parties' keys signed it.
Result<sampler::BeaconValue> ceremony_value(Home& home, const CommittedPlan& plan,
                                            const std::string& file) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file, std::uint64_t{1} << 20U));
  MUSTER_TRY_ASSIGN(const Json json, parse_json(text));
  MUSTER_TRY_ASSIGN(const auto transcript, sampler::parse_ceremony(json));
  const std::string prover = plan.freezes.front().prover.text();
  std::optional<sampler::BeaconValue> value;
  for (const auto& prover_key : keys_of(home.state(), prover)) {
    for (const auto& verifier_key : keys_of(home.state(), plan.verifier)) {
      value = sampler::ceremony_beacon(transcript, sampler::plan_hash(plan.plan),
                                       {prover_key, verifier_key});
      if (value->verified) return *value;
    }
  }
  if (value) return *value;
  return failure(Errc::not_found,
                 "ceremony: the ledger has no key of " + prover + " or " + plan.verifier);
}

}  // namespace

Result<CommittedPlan> committed_plan(Home& home, const std::string& id) {
  const registry::State& state = home.state();
  const registry::RowN row = state.tables().plans.find(id);
  if (row == registry::no_row) {
    return failure(Errc::not_found, "plan " + id + ": not in this ledger; `muster plan list`");
  }
  const registry::Plan& found = state.tables().plans[row];
  MUSTER_TRY_ASSIGN(const LedgerEvent event, ledger_event(home, found.index));
  const std::string document = canonical_json(event.event.body.at("document"));
  MUSTER_TRY_ASSIGN(sampler::Plan plan, sampler::parse_plan(document));
  CommittedPlan committed{id,
                          state.party_name(found.party),
                          std::move(plan),
                          event.event.statement,
                          event.accepted_at,
                          found.index,
                          {}};
  for (const auto& frame : committed.plan.request.frames) {
    MUSTER_TRY_ASSIGN(Frozen frozen, freeze_by_statement(state, frame.freeze_statement));
    committed.freezes.push_back(std::move(frozen));
  }
  return committed;
}

Result<catalogue::ChipModels> bundled_models() {
  MUSTER_TRY_ASSIGN(const std::string folder, data_folder());
  MUSTER_TRY_ASSIGN(const std::string csv, read_text_file(folder + "/chip_models.csv"));
  return catalogue::ChipModels::parse(csv, "chip_models.csv");
}

Result<std::vector<sampler::Frame>> plan_frames(Home& home, const CommittedPlan& plan,
                                                const FrameKeys& keys) {
  MUSTER_TRY_ASSIGN(const auto models, bundled_models());
  std::vector<sampler::Frame> frames;
  for (const Frozen& frozen : plan.freezes) {
    const auto key = keys.find(frozen.prover.text());
    if (key == keys.end()) {
      return failure(Errc::invalid_input, "frame key of " + frozen.prover.text() +
                                              ": missing; give --frame-key " +
                                              frozen.prover.text() + "=FILE");
    }
    MUSTER_TRY_ASSIGN(const auto lines, registry_frame(home.state(), frozen));
    MUSTER_TRY_ASSIGN(auto frame, audit::sampler_frame(home.state(), lines, models, key->second));
    frames.push_back(std::move(frame));
  }
  return frames;
}

Result<sampler::BeaconValue> beacon_value(Home& home, const CommittedPlan& plan,
                                          const BeaconSource& source) {
  if (source.file.empty() == source.value.empty()) {
    return failure(Errc::invalid_input,
                   "beacon: want --beacon FILE or --beacon-value HEX with "
                   "--beacon-source TEXT, one of both");
  }
  if (!source.file.empty()) return ceremony_value(home, plan, source.file);
  return sampler::stated_value(source.value, source.source, plan.plan.request.beacon.round);
}

Json beacon_json(const sampler::BeaconValue& beacon) {
  return {{"kind", beacon.kind},
          {"randomness", to_hex(beacon.randomness)},
          {"round", beacon.round},
          {"source", beacon.source},
          {"verified", beacon.verified}};
}

}  // namespace muster::cli
