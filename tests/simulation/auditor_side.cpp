// The auditor of the simulated audits: a process of its own. It knows the frozen frame, its own
// keys, the enrolled device keys, what the Prover filed, and what the drawn chips present.

#include "attestation/appraise/appraise.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "sampler/evaluate/evaluation.hpp"
#include "sampler/plan/draw_check.hpp"
#include "tests/simulation/channel.hpp"
#include "tests/simulation/fixture.hpp"
#include "tests/simulation/sides.hpp"

namespace muster::test {
namespace {

using attestation::Subject;

Bytes hex(const Json& value) { return bytes_from_hex(value.get<std::string>()).value(); }

/// What the ledger told the auditor before the draw.
struct Filed {
  std::map<std::string, crypto::PublicKey> device_keys;
  std::map<std::string, Bytes> first_heads;
  std::map<std::string, Bytes> freeze_heads;
  attestation::DeclarationIndex declarations;
};

Filed filed_before_draw(const Json& message) {
  Filed filed;
  for (const Json& chip : message.at("chips")) {
    const auto id = chip.at("chip").get<std::string>();
    filed.device_keys.emplace(id,
                              crypto::PublicKey::from_bytes(hex(chip.at("device_key"))).value());
    filed.first_heads[id] = hex(chip.at("first_head"));
    filed.freeze_heads[id] = hex(chip.at("freeze_head"));
  }
  const Json& files = message.at("declaration");
  auto declaration = attestation::parsed_declaration(
      {files.at("metadata"), files.at("assignments"), files.at("steps")});
  std::vector<attestation::FiledDeclaration> list;
  list.push_back({std::move(declaration.value()), true});
  filed.declarations = attestation::DeclarationIndex(std::move(list));
  return filed;
}

struct Asked {
  sampler::DrawnChip drawn;
  Hash nonce;
};

sampler::LineResult judged(const Filed& filed, const Asked& asked, const Json& evidence) {
  const std::string& id = asked.drawn.chip;
  const Bytes head = hex(evidence.at("head"));
  const Bytes log = hex(evidence.at("log"));
  const Bytes openings = hex(evidence.at("openings"));
  const Window window = audit_window();
  const Timestamp installed = installation_time();
  const Subject subject{
      .chip = ChipId::parse(id).value(),
      .device_key = filed.device_keys.at(id),
      .head = ByteView(head),
      .log = ByteView(log),
      .openings = openings,
      .nonce = to_bytes(asked.nonce.view()),
      .ledgered_heads = {{filed.first_heads.at(id), installed},
                         {filed.freeze_heads.at(id), window.to}},
      .declarations = &filed.declarations,
      .window = window,
      .held = {{installed, Timestamp{window.to.ms + 60 * ms_per_day}}},
      .presence = attestation::Presence::uplink_cut,
      .policy = {.rate = attestation::SnapshotRate::parse(snapshots_per_day).value(),
                 .now = reading_time()}};
  const auto appraisal = attestation::appraise(subject);
  const auto verdict = sampler::parse_verdict(attestation::verdict_name(appraisal.verdict)).value();
  sampler::LineResult line{asked.drawn.site, id, verdict};
  line.presence = sampler::Presence::uplink_cut;
  line.silence_probes = true;
  // The Prover of this world has no answer to a query: at its deadline it is a hit.
  if (verdict != sampler::LineVerdict::consistent) line.query = sampler::QueryState::hit;
  return line;
}

Json one_audit(const sampler::Plan& plan, const sampler::Frame& frame,
               const sampler::VrfSecretKey& vrf, const Filed& filed, const Json& message,
               Channel& world) {
  const auto transcript = sampler::parse_ceremony(message.at("ceremony")).value();
  const auto beacon =
      sampler::ceremony_beacon(transcript, sampler::plan_hash(plan),
                               {prover_signer().public_key(), verifier_signer().public_key()});
  MUSTER_CHECK(beacon.verified);
  const auto drawing = sampler::draw_sample(plan, {frame}, beacon, vrf).value();
  std::vector<Asked> asked;
  Json challenges = Json::array();
  for (const auto& drawn : sampler::drawn_chips(drawing)) {
    const Hash nonce = crypto::sha256({as_bytes(drawn.chip), beacon.randomness});
    asked.push_back({drawn, nonce});
    challenges.push_back({{"chip", drawn.chip}, {"nonce", nonce.to_hex()}});
  }
  world.send({{"challenges", challenges}});
  const Json evidence = world.receive();
  std::vector<sampler::LineResult> results;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    results.push_back(judged(filed, asked[i], evidence.at("evidence").at(i)));
  }
  const auto result = sampler::evaluation(plan, sampler::drawn_chips(drawing), results).value();
  return {{"verdict", std::string(sampler::verdict_name(result.verdict))}, {"hits", result.hits}};
}

}  // namespace

int auditor_main() {
  Channel world(stdin, stdout);
  const sampler::VrfSecretKey vrf{
      crypto::VrfEd25519Key(crypto::sha256("muster/simulation/vrf").bytes)};
  const sampler::Frame frame = frozen_frame();
  const sampler::Plan plan = committed_plan(frame, vrf.public_key());
  world.send({{"plan_hash", sampler::plan_hash(plan).to_hex()},
              {"promise", stats::digits(plan.detection_probability)},
              {"lines", plan.sample_size}});
  const Filed filed = filed_before_draw(world.receive());
  while (true) {
    const Json message = world.receive();
    if (message.is_null()) return 0;
    world.send(one_audit(plan, frame, vrf, filed, message, world));
  }
}

}  // namespace muster::test
