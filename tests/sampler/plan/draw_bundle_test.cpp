#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "sampler/beacon/beacons_file.hpp"
#include "sampler/plan/draw_json.hpp"
#include "tests/sampler/plan/frame_fixture.hpp"
#include "tests/support/source_root.hpp"
#include "tests/support/sweep.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

crypto::Ed25519Signer signer(std::uint8_t fill) {
  std::array<std::uint8_t, 32> seed{};
  seed.fill(fill);
  return crypto::Ed25519Signer(seed);
}

/// A draw decided by a real ceremony, as one file.
DrawBundle made() {
  const std::vector<Frame> frames = {plain_frame("alpha", 60, 3)};
  const Plan plan = must(make_plan(request_for(frames, 10)));
  const Hash id = plan_hash(plan);
  CeremonyNonce first{};
  CeremonyNonce second{};
  second.fill(9);
  CeremonyTranscript transcript{
      id,
      {signed_commit(CeremonyRole::prover, id, first, signer(1)), first, {}},
      {signed_commit(CeremonyRole::verifier, id, second, signer(2)), second, {}}};
  sign_transcript(transcript, CeremonyRole::prover, signer(1));
  sign_transcript(transcript, CeremonyRole::verifier, signer(2));
  const CeremonyKeys keys{signer(1).public_key(), signer(2).public_key()};
  const BeaconValue value = ceremony_beacon(transcript, id, keys);
  const Drawing drawing = must(draw_sample(plan, frames, value, vrf_key()));
  return {canonical_json(plan_json(plan)),
          {frames, value, drawing.seal, drawing.openings,
           must(Timestamp::parse_day_or_instant("2027-01-09")),
           must(Timestamp::parse_day_or_instant("2027-01-11"))},
          ceremony_json(transcript),
          to_hex(keys.prover.bytes()),
          to_hex(keys.verifier.bytes())};
}

std::string beacon_vector(const std::string& name) {
  return must(
      read_text_file(std::string(source_root) + "/tests/vectors/sampler/own_beacon/" + name));
}

NistEvidence test_pulse() {
  const auto read = [](const std::string& name) {
    return must(parse_nist_pulse(must(parse_foreign_json(beacon_vector(name))), name));
  };
  const std::string pem = beacon_vector("certificate.pem");
  return {read("pulse.json"), read("previous.json"), pem, must(crypto::Certificate::from_pem(pem))};
}

PublicRound test_round() {
  const NistEvidence evidence = test_pulse();
  return {"nist-v2", to_hex(crypto::sha512({evidence.certificate.der()})),
          static_cast<std::uint64_t>(evidence.pulse.time.ms / ms_per_minute)};
}

PublicRound quicknet_round(std::uint64_t round) {
  return {"drand-quicknet", std::string(quicknet_chain_hash), round};
}

PlanRequest public_request(std::vector<PublicRound> sources) {
  PlanRequest request = request_for({plain_frame("alpha", 60, 3)}, 10);
  request.beacon = {"beacons", 0, must(Timestamp::parse("2026-12-20T00:00:00Z")),
                    std::move(sources)};
  return request;
}

/// A draw decided by public values, as one file.
DrawBundle made_public(const std::vector<PublicRound>& sources, const BeaconsFile& file) {
  const std::vector<Frame> frames = {plain_frame("alpha", 60, 3)};
  const Plan plan = must(make_plan(public_request(sources)));
  const auto values = round_values(sources, file, CeremonyContext{plan_hash(plan), {}});
  const BeaconValue value = combined_beacon(values);
  const Drawing drawing = must(draw_sample(plan, frames, value, vrf_key()));
  DrawBundle bundle{canonical_json(plan_json(plan)),
                    {frames, value, drawing.seal, drawing.openings,
                     must(Timestamp::parse("2026-12-21T00:00:00Z")), known_since(values)}};
  bundle.beacons = beacons_json(file);
  return bundle;
}

BeaconsFile test_pulse_file() {
  BeaconsFile file;
  file.pulses.push_back(test_pulse());
  return file;
}

std::string status_of(const DrawBundle& bundle, const std::string& question) {
  for (const auto& check : draw_checks(must(parse_plan(bundle.plan)), bundle.evidence)) {
    if (check.check != question) continue;
    return check.status == CheckStatus::ok       ? "ok"
           : check.status == CheckStatus::failed ? "failed"
                                                 : "unverified";
  }
  return "not asked";
}

const std::string value_question = "beacon value is the one that the plan names";
const std::string order_question = "beacon value is later than the plan";

}  // namespace

TEST_CASE("a draw by a public value holds before a stranger who has nothing but the bundle") {
  const std::string text =
      canonical_json(bundle_json(made_public({test_round()}, test_pulse_file())));
  const DrawBundle read = must(parse_bundle(text));
  CHECK(canonical_json(bundle_json(read)) == text);
  CHECK(all_ok(draw_checks(must(parse_plan(read.plan)), read.evidence)));
}

TEST_CASE("a plan that was accepted after the pulse is found by the pulse's own signed time") {
  Json json = bundle_json(made_public({test_round()}, test_pulse_file()));
  json["plan_accepted_at"] = "2026-12-24T10:00:00.000Z";
  json["beacon_time"] = "2026-12-25T00:00:00.000Z";  // a bundle may claim what it likes
  CHECK(status_of(must(parse_bundle(canonical_json(json))), order_question) == "failed");
}

TEST_CASE("a changed pulse fails, and a value that nobody checks leaves the draw unverified") {
  Json json = bundle_json(made_public({test_round()}, test_pulse_file()));
  json["beacon"]["beacons"]["nist"][0]["pulse"]["pulseIndex"] = 9;
  CHECK(status_of(must(parse_bundle(canonical_json(json))), value_question) == "failed");

  BeaconsFile both = test_pulse_file();
  both.drand_rounds.push_back(must(parse_drand_round(
      Json{{"round", 40'000'000}, {"signature", "b4" + std::string(94, '0')}}, "drand")));
  const DrawBundle bundle = made_public({test_round(), quicknet_round(40'000'000)}, both);
  CHECK(status_of(bundle, value_question) == "unverified");
  CHECK(status_of(bundle, order_question) == "ok");
}

TEST_CASE("a plan names public values that are still to come and of which one can be checked") {
  const auto refused = [](std::vector<PublicRound> sources) {
    const auto plan = make_plan(public_request(std::move(sources)));
    return plan ? std::string("none") : plan.error().rule + "|" + plan.error().message;
  };
  const PublicRound pulse = test_round();
  CHECK(refused({pulse, quicknet_round(40'000'000)}) == "none");
  CHECK(refused({quicknet_round(40'000'000)}).find("plan.beacon_unverifiable") == 0);
  CHECK(refused({pulse, quicknet_round(1000)}).find("plan.beacon_too_early") == 0);
  CHECK(refused({pulse, pulse}).find("stands twice") != std::string::npos);
  CHECK(refused({}).find("1 to 8 sources") != std::string::npos);
  PublicRound bad = pulse;
  bad.key = std::string(128, 'G');
  CHECK(refused({bad}).find("lower-case hex") != std::string::npos);
  // A plan without public values has the bytes that it always had.
  const Json old = plan_json(must(make_plan(request_for({plain_frame("alpha", 60, 3)}, 10))));
  CHECK(old["request"]["beacon"].size() == 3);
}

TEST_CASE("a bundle reads back, and a stranger finds everything in order") {
  const std::string text = canonical_json(bundle_json(made()));

  const DrawBundle read = must(parse_bundle(text));

  CHECK(canonical_json(bundle_json(read)) == text);
  CHECK(all_ok(draw_checks(must(parse_plan(read.plan)), read.evidence)));
}

TEST_CASE("a stated value beside a ceremony that made another one fails the check") {
  Json json = bundle_json(made());
  json["beacon"]["value"] = std::string(64, 'a');
  const DrawBundle read = must(parse_bundle(canonical_json(json)));
  CHECK_FALSE(read.evidence.beacon.verified);
  CHECK(any_failed(draw_checks(must(parse_plan(read.plan)), read.evidence)));
}

TEST_CASE("every leaf of a bundle that is changed is refused or found") {
  const Json good = bundle_json(made());
  const Json flat = good.flatten();
  std::size_t changed = 0;
  std::size_t leaves = 0;
  for (const auto& [pointer, value] : flat.items()) {
    // The times and the words about the source are not bound by anything in the file.
    if (pointer == "/plan_accepted_at" || pointer == "/beacon_time" ||
        pointer == "/beacon/source" || !value.is_string() || value.get<std::string>().empty()) {
      continue;
    }
    if (pointer.rfind("/frames/0/lines/", 0) == 0 && pointer.rfind("/frames/0/lines/1", 0) != 0) {
      continue;  // ten of the sixty lines are enough
    }
    if (leaves++ % sweep_stride != 0) continue;
    std::string text = value.get<std::string>();
    text.back() = text.back() == '0' ? '1' : '0';
    Json bad = good;
    bad[Json::json_pointer(pointer)] = text;
    const auto read = parse_bundle(canonical_json(bad));
    if (!read) continue;
    const auto plan = parse_plan(read->plan);
    CAPTURE(text);
    if (plan) CHECK(any_failed(draw_checks(*plan, read->evidence)));
    ++changed;
  }
  CHECK(changed > 50 / sweep_stride);
}

TEST_CASE("a malformed bundle is refused by field") {
  const Json good = bundle_json(made());
  const auto problem = [&](const std::string& pointer, const Json& value) {
    Json bad = good;
    bad[Json::json_pointer(pointer)] = value;
    return must_fail(parse_bundle(canonical_json(bad)));
  };
  CHECK(problem("/version", "x").find("bundle.version") == 0);
  CHECK(problem("/seal/lines", "x").find("seal.lines") == 0);
  CHECK(problem("/openings/0/proof", "xy").find("bundle.openings[0].proof") == 0);
  CHECK(problem("/frames/0/lines/3/chip", 5).find("bundle.frames[0].lines[3].chip") == 0);
  CHECK(problem("/beacon/kind", "dice").find("bundle.beacon.kind") == 0);
  CHECK(problem("/extra", 1).find("bundle.extra") == 0);
}
