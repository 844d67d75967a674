#include "sampler/beacon/public_round.hpp"

#include <functional>

#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "sampler/beacon/beacons_file.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

std::string vector_text(const std::string& name) {
  return must(read_text_file(std::string(source_root) + "/tests/vectors/sampler/" + name));
}

NistPulse pulse_of(const std::string& name) {
  return must(parse_nist_pulse(must(parse_foreign_json(vector_text(name))), "pulse"));
}

NistEvidence evidence_of(const std::string& folder, const std::string& pulse,
                         const std::string& previous) {
  const std::string pem = vector_text(folder + "/certificate.pem");
  return {pulse_of(folder + "/" + pulse), pulse_of(folder + "/" + previous), pem,
          must(crypto::Certificate::from_pem(pem))};
}

NistEvidence published() { return evidence_of("nist", "pulse_54610.json", "pulse_54609.json"); }

/// What the plan would have to name for the published pulse.
PublicRound published_round() {
  return {"nist-v2",
          "5501e3d72bc42f3b96e16de4dcadcb16768e109662bd16d667d5fd9aee585af31bbdc5dd4f53592276064b53"
          "dddd76c8f3604b2a41db6e09f78f82bb5d6569e7",
          25'594'184};
}

const std::string drand_signature =
    "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e"
    "39";

PublicRound quicknet(std::uint64_t round) {
  return {"drand-quicknet", std::string(quicknet_chain_hash), round};
}

DrandRound drand_1000() {
  return must(
      parse_drand_round(Json{{"round", 1000}, {"signature", drand_signature}}, "drand round"));
}

std::string first_fault(const NistEvidence& evidence, const PublicRound& wanted) {
  const auto faults = nist_value(evidence, wanted).faults;
  return faults.empty() ? "" : faults.front();
}

}  // namespace

TEST_CASE("a pulse that NIST published verifies with the certificate that it names") {
  const RoundValue value = nist_value(published(), published_round());
  CHECK(value.faults == std::vector<std::string>{});
  CHECK(value.verified());
  CHECK(to_hex(value.value) ==
        "274e031530b2c773494ebfd9827df4b20bf83b65bcfc5107b97d7c307713e2ffb80c8fd3b7028f457783e88bb0"
        "7bbd2bc190bc42ba3f56ba2e2f74e04d4e5e98");
  CHECK(value.time->to_string() == "2018-08-30T17:44:00.000Z");
  CHECK(value.source.find("committed to by the pulse before it") != std::string::npos);
  // The pulse before it alone has nothing that committed to it.
  NistEvidence alone = published();
  alone.previous.reset();
  CHECK(nist_value(alone, published_round()).verified());
}

TEST_CASE("every changed field of a pulse is found") {
  using Change = std::function<void(NistPulse&)>;
  const std::vector<Change> changes = {
      [](NistPulse& p) { p.uri += "0"; },
      [](NistPulse& p) { p.version = "2.1"; },
      [](NistPulse& p) { p.cipher_suite = 1; },
      [](NistPulse& p) { p.period_ms = 1; },
      [](NistPulse& p) { p.certificate_id[0] ^= 1; },
      [](NistPulse& p) { p.chain = 2; },
      [](NistPulse& p) { ++p.index; },
      [](NistPulse& p) { p.time_text = "2018-08-30T17:44:00Z"; },
      [](NistPulse& p) { p.local_random[63] ^= 1; },
      [](NistPulse& p) { p.external_source[0] ^= 1; },
      [](NistPulse& p) { p.external_status = 1; },
      [](NistPulse& p) { p.external_value[0] ^= 1; },
      [](NistPulse& p) { p.quoted[4].value[0] ^= 1; },
      [](NistPulse& p) { p.quoted.pop_back(); },
      [](NistPulse& p) { p.precommitment[0] ^= 1; },
      [](NistPulse& p) { p.status = 2; },
      [](NistPulse& p) { p.signature[100] ^= 1; },
      [](NistPulse& p) { p.signature.clear(); },
      [](NistPulse& p) { p.output[0] ^= 1; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    INFO(i);
    NistEvidence changed = published();
    changed.previous.reset();
    changes[i](changed.pulse);
    CHECK_FALSE(nist_value(changed, published_round()).faults.empty());
    NistEvidence before = published();
    changes[i](*before.previous);
    CHECK_FALSE(nist_value(before, published_round()).faults.empty());
  }
}

TEST_CASE("a pulse of another minute, certificate or chain of commitments is not the plan's") {
  PublicRound wanted = published_round();
  ++wanted.round;
  CHECK(first_fault(published(), wanted) ==
        "nist: got the pulse of 2018-08-30T17:44:00.000Z, want 2018-08-30T17:45:00.000Z");
  // Anybody can sign pulses with a certificate of his own; the plan names the one that counts.
  CHECK(first_fault(evidence_of("own_beacon", "pulse.json", "previous.json"), published_round())
            .find("certificate") != std::string::npos);
  NistEvidence mixed = published();
  mixed.previous = mixed.pulse;
  CHECK(first_fault(mixed, published_round()) ==
        "nist: the previous pulse is not of the same chain and earlier");
}

TEST_CASE("what can be said of drand without a pairing is said, and the rest stands as unchecked") {
  CHECK(quicknet_hash_of_parameters().to_hex() == quicknet_chain_hash);
  CHECK(quicknet_time(1).to_string() == "2023-08-23T15:09:27.000Z");
  const RoundValue value = drand_value(drand_1000(), quicknet(1000));
  CHECK(value.faults == std::vector<std::string>{});
  CHECK_FALSE(value.verified());
  CHECK(value.unchecked.size() == 1);
  CHECK(to_hex(value.value) == "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd");
  CHECK(value.time->ms == (1'692'803'367 + 999 * 3) * std::int64_t{1000});

  CHECK_FALSE(drand_value(drand_1000(), quicknet(1001)).faults.empty());
  DrandRound other = drand_1000();
  other.randomness = crypto::sha256("chosen");
  CHECK_FALSE(drand_value(other, quicknet(1000)).faults.empty());
  other = drand_1000();
  other.signature[0] &= 0x7F;
  CHECK_FALSE(drand_value(other, quicknet(1000)).faults.empty());
}

TEST_CASE("a time and its round belong together") {
  const Timestamp noon = must(Timestamp::parse("2026-12-24T12:00:00Z"));
  for (const std::string kind : {"nist-v2", "drand-quicknet"}) {
    const std::uint64_t round = must(round_at(kind, noon));
    CHECK(*round_time({kind, "", round}) >= noon);
    CHECK(*round_time({kind, "", round - 1}) < noon);
  }
  CHECK_FALSE(round_at("ceremony", noon).has_value());
  CHECK_FALSE(round_at("drand-quicknet", Timestamp{1'000}).has_value());
}

TEST_CASE("several values together are verified only if each of them is") {
  const RoundValue nist = nist_value(published(), published_round());
  const RoundValue drand = drand_value(drand_1000(), quicknet(1000));
  const BeaconValue one = combined_beacon({nist});
  CHECK(one.verified);
  CHECK(one.kind == "beacons");
  CHECK(one.randomness.size() == 32);
  const BeaconValue both = combined_beacon({nist, drand});
  // Whoever reports the value that nobody checks could choose it to suit the other.
  CHECK_FALSE(both.verified);
  CHECK(both.unchecked);
  CHECK(both.randomness != one.randomness);
  CHECK(combined_beacon({drand, nist}).randomness != both.randomness);
  CHECK(known_since({nist, drand}) == nist.time);
  CHECK_FALSE(known_since({drand}).has_value());
  RoundValue wrong = nist;
  wrong.faults.emplace_back("wrong");
  CHECK_FALSE(combined_beacon({wrong, drand}).unchecked);
  CHECK_FALSE(combined_beacon({}).verified);
}

TEST_CASE("a file of values is read as it was written, and what it lacks is a fault") {
  BeaconsFile file;
  file.pulses.push_back(published());
  file.drand_rounds.push_back(drand_1000());
  const Json json = beacons_json(file);
  CHECK(is_beacons_file(json));
  const BeaconsFile read = must(parse_beacons(must(parse_json(canonical_json(json)))));
  CHECK(canonical_json(beacons_json(read)) == canonical_json(json));
  const auto values = round_values({published_round(), quicknet(1000), {"ceremony", "", 0}}, read,
                                   CeremonyContext{{}, {}});
  CHECK(values[0].verified());
  CHECK(values[1].faults.empty());
  CHECK(values[2].faults.front() == "ceremony: the file of beacons has no value of it");
  Json bad = json;
  bad["nist"][0]["pulse"]["localRandomValue"] = "12";
  CHECK(must_fail(parse_beacons(bad)).find("beacons.nist[0].pulse.localRandomValue") == 0);
  bad = json;
  bad["nist"][0]["certificate"] = "none";
  CHECK_FALSE(parse_beacons(bad).has_value());
}
