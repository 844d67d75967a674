// A chip's key may be of Ed25519, P-256 or P-384: the enrolled key says which, and the appraisal is
// the same.

#include "tests/attestation/world.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;

namespace {

Life life_with(DeviceKeyKind kind) {
  ChipProfile profile = emulated_profile(rate("0.5"));
  profile.key = kind;
  Life life(1, profile);
  life.live(idle_memory);
  return life;
}

constexpr std::array kinds{DeviceKeyKind::ed25519, DeviceKeyKind::p256, DeviceKeyKind::p384};

}  // namespace

TEST_CASE("a chip with any of the three keys is consistent, and its log is the same") {
  const Life first = life_with(DeviceKeyKind::ed25519);
  for (const DeviceKeyKind kind : kinds) {
    CAPTURE(device_key_kind_name(kind));
    const Life life = life_with(kind);

    const Appraisal result = appraise(life.subject(nullptr));

    CHECK(life.chip.device_key().algorithm() == device_key_kind_name(kind));
    CHECK(verdict_name(result.verdict) == "consistent");
    CHECK(codes(result).empty());
    CHECK(life.read.log == first.read.log);
  }
}

TEST_CASE("a head by another kind of key than the enrolled one is a bad signature, by name") {
  for (const DeviceKeyKind enrolled : kinds) {
    for (const DeviceKeyKind signing : kinds) {
      if (enrolled == signing) continue;
      const Life life = life_with(signing);
      Subject subject = life.subject(nullptr);
      subject.device_key = life_with(enrolled).chip.device_key();
      subject.ledgered_heads.clear();
      subject.policy.require_ledgered_epochs = false;

      const Appraisal result = appraise(subject);

      CHECK(codes(result) == "sig.bad");
      const Finding& made = result.findings.items().front();
      CHECK(made.expected.find(device_key_kind_name(enrolled)) != std::string::npos);
      CHECK(made.found.find("COSE algorithm") != std::string::npos);
    }
  }
}

TEST_CASE("the key of a chip follows from its seed, on each curve") {
  for (const DeviceKeyKind kind : kinds) {
    CHECK(life_with(kind).chip.device_key() == life_with(kind).chip.device_key());
    ChipProfile profile = emulated_profile(rate("0.5"));
    profile.key = kind;
    CHECK(Life(2, profile).chip.device_key() != Life(1, profile).chip.device_key());
    CHECK(Life(1, profile, "another world").chip.device_key() !=
          Life(1, profile).chip.device_key());
  }
}

TEST_CASE("heads by all three keys contradict each other as signed heads do") {
  for (const DeviceKeyKind kind : kinds) {
    ChipProfile profile = emulated_profile(rate("24"));
    profile.key = kind;
    Life life(1, profile);
    life.chip.run(day(10), idle_memory);
    Life twin = life;
    twin.chip.suppress_snapshots(true);
    twin.live(idle_memory);
    life.live(idle_memory);
    Subject subject = life.subject(nullptr);
    subject.ledgered_heads = {{life.enrolled, day(1)}, {twin.frozen.head, day(101)}};

    const Appraisal result = appraise(subject);

    CHECK(verdict_name(result.verdict) == "contradicted");
    CHECK(result.findings.has(FindingCode::chain_fork));
  }
}
