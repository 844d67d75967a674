#include "sampler/beacon/ceremony.hpp"

#include "ledger/crypto/sha256.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

crypto::Ed25519Signer signer(std::uint8_t fill) {
  std::array<std::uint8_t, 32> seed{};
  seed.fill(fill);
  return crypto::Ed25519Signer(seed);
}

const Hash plan = crypto::sha256("a plan");

CeremonyNonce nonce(std::uint8_t fill) {
  CeremonyNonce bytes{};
  bytes.fill(fill);
  return bytes;
}

CeremonyKeys keys() { return {signer(1).public_key(), signer(2).public_key()}; }

CeremonyTranscript held() {
  CeremonyTranscript transcript{
      plan,
      {signed_commit(CeremonyRole::prover, plan, nonce(10), signer(1)), nonce(10), {}},
      {signed_commit(CeremonyRole::verifier, plan, nonce(20), signer(2)), nonce(20), {}}};
  sign_transcript(transcript, CeremonyRole::prover, signer(1));
  sign_transcript(transcript, CeremonyRole::verifier, signer(2));
  return transcript;
}

std::string first_finding(const CeremonyTranscript& transcript) {
  const auto findings = ceremony_findings(transcript, plan, keys());
  return findings.empty() ? "" : findings.front();
}

}  // namespace

TEST_CASE("a ceremony that both sign verifies, and its value is that of both nonces") {
  const BeaconValue value = ceremony_beacon(held(), plan, keys());

  CHECK(value.verified);
  CHECK(value.kind == "ceremony");
  // printf 'muster/ceremony/value/v1\n' and plan, 32 x 0x0a, 32 x 0x14.
  Bytes bytes = to_bytes("muster/ceremony/value/v1\n");
  append(bytes, plan.view());
  append(bytes, ByteView(nonce(10)));
  append(bytes, ByteView(nonce(20)));
  CHECK(value.randomness == to_bytes(crypto::sha256(bytes).view()));
}

TEST_CASE("each nonce changes the value") {
  CeremonyTranscript other = held();
  other.verifier.nonce = nonce(21);
  CHECK(ceremony_value(other) != ceremony_value(held()));
  other = held();
  other.prover.nonce = nonce(11);
  CHECK(ceremony_value(other) != ceremony_value(held()));
}

TEST_CASE("every change to a transcript is found") {
  CeremonyTranscript changed = held();
  changed.verifier.nonce = nonce(21);
  CHECK(first_finding(changed) != "");
  changed = held();
  changed.prover.commit.signature[0] ^= 1;
  CHECK(first_finding(changed) == "prover: the commitment is not signed by its key");
  changed = held();
  changed.verifier.transcript_signature[5] ^= 1;
  CHECK(first_finding(changed) == "verifier: the transcript is not signed by its key");
  changed = held();
  changed.plan = crypto::sha256("another plan");
  CHECK(first_finding(changed) == "the transcript is of another plan");
  CHECK(first_finding(held()) == "");
}

TEST_CASE("a last revealer who exchanges the nonce is caught even if both sign again") {
  CeremonyTranscript changed = held();
  changed.verifier.nonce = nonce(99);
  sign_transcript(changed, CeremonyRole::prover, signer(1));
  sign_transcript(changed, CeremonyRole::verifier, signer(2));
  CHECK(first_finding(changed) == "verifier: the nonce is not the one committed to");
}

TEST_CASE("a copied commitment cannot be opened in the other role") {
  CeremonyTranscript copied = held();
  copied.verifier.commit.commit = copied.prover.commit.commit;
  copied.verifier.nonce = copied.prover.nonce;
  const auto findings = ceremony_findings(copied, plan, keys());
  CHECK(std::find(findings.begin(), findings.end(),
                  "verifier: the nonce is not the one committed to") != findings.end());
}

TEST_CASE("one key in both roles is no ceremony") {
  const auto findings =
      ceremony_findings(held(), plan, {signer(1).public_key(), signer(1).public_key()});
  CHECK(findings.front() == "both parties have one key");
}

TEST_CASE("a transcript reads back from JSON, strictly") {
  const Json json = ceremony_json(held());
  CHECK(ceremony_json(must(parse_ceremony(json))) == json);
  CHECK(ceremony_beacon(must(parse_ceremony(json)), plan, keys()).verified);
  Json changed = json;
  changed["prover"]["nonce"] = "00";
  CHECK(must_fail(parse_ceremony(changed)).find("ceremony.prover.nonce") == 0);
  changed = json;
  changed["extra"] = 1;
  CHECK(must_fail(parse_ceremony(changed)) == "ceremony.extra: unknown field");
}

TEST_CASE("a value that somebody reads out is taken and labelled") {
  const BeaconValue value = must(stated_value(std::string(64, 'a'), "dice on the table", 5));
  CHECK_FALSE(value.verified);
  CHECK(value.source == "dice on the table (UNVERIFIED)");
  CHECK_FALSE(stated_value("abcd", "short", 5));
  CHECK_FALSE(stated_value(std::string(64, 'x'), "no hex", 5));
}
