#include "sampler/beacon/ceremony.hpp"
#include "sampler/plan/draw_json.hpp"
#include "tests/sampler/plan/frame_fixture.hpp"

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

}  // namespace

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
  for (const auto& [pointer, value] : flat.items()) {
    // The times and the words about the source are not bound by anything in the file.
    if (pointer == "/plan_accepted_at" || pointer == "/beacon_time" ||
        pointer == "/beacon/source" || !value.is_string() || value.get<std::string>().empty()) {
      continue;
    }
    if (pointer.rfind("/frames/0/lines/", 0) == 0 && pointer.rfind("/frames/0/lines/1", 0) != 0) {
      continue;  // ten of the sixty lines are enough
    }
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
  CHECK(changed > 50);
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
