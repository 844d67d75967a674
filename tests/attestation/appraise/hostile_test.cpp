// Evidence by an adversary: whatever the bytes are, there is a verdict, and damage is never passed
// over in silence.

#include "ledger/crypto/seeded_random.hpp"
#include "tests/attestation/world.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;

namespace {

Life small_life() {
  Life life(1, "0.1");
  life.chip.run(day(50), idle_memory);
  life.chip.power_off(day(51));
  life.chip.run(day(100), idle_memory);
  life.freeze();
  life.inspect();
  return life;
}

}  // namespace

TEST_CASE("a log cut at any byte is never consistent, nor contradicted") {
  const Life life = small_life();
  Subject subject = life.subject(nullptr);
  REQUIRE(appraise(subject).verdict == ChipVerdict::consistent);

  for (std::size_t size = 0; size < life.read.log.size(); ++size) {
    subject.log = ByteView(life.read.log).first(size);
    const ChipVerdict verdict = appraise(subject).verdict;
    CHECK((verdict == ChipVerdict::query || verdict == ChipVerdict::open));
  }
}

TEST_CASE("a head cut at any byte is never consistent, nor contradicted") {
  const Life life = small_life();
  Subject subject = life.subject(nullptr);

  for (std::size_t size = 0; size < life.read.head.size(); ++size) {
    subject.head = ByteView(life.read.head).first(size);
    CHECK(appraise(subject).verdict == ChipVerdict::open);
  }
}

TEST_CASE("a flipped bit in any byte of log or head is never consistent, nor contradicted") {
  Life life = small_life();
  const Subject subject = life.subject(nullptr);
  for (Bytes* bytes : {&life.read.log, &life.read.head}) {
    for (std::size_t i = 0; i < bytes->size(); ++i) {
      (*bytes)[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
      const Appraisal result = appraise(subject);
      const ChipVerdict verdict = result.verdict;
      CAPTURE(i);
      CAPTURE(appraisal_json(result).dump());
      CHECK((verdict == ChipVerdict::query || verdict == ChipVerdict::open));
      (*bytes)[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
    }
  }
  CHECK(appraise(subject).verdict == ChipVerdict::consistent);
}

TEST_CASE("random bytes in every place end in a verdict that accuses nobody") {
  const Life life = small_life();
  crypto::SeededRandom random("garbage");
  for (int i = 0; i < 2000; ++i) {
    Bytes garbage(random.below(300));
    random.fill(garbage);
    Subject subject = life.subject(nullptr);
    if (i % 3 == 0) subject.log = ByteView(garbage);
    if (i % 3 == 1) subject.head = ByteView(garbage);
    if (i % 3 == 2) subject.openings = garbage;
    const ChipVerdict verdict = appraise(subject).verdict;
    CHECK(verdict != ChipVerdict::contradicted);
    if (i % 3 != 2) CHECK(verdict != ChipVerdict::consistent);
  }
}

TEST_CASE("a log with a million faults is judged with a bounded result, and read no further") {
  const Life life = small_life();
  Bytes faults(1'000'000, 0x00);  // a million items that are no entries
  Subject subject = life.subject(nullptr);
  subject.log = ByteView(faults);

  const Appraisal result = appraise(subject);

  CHECK(result.verdict == ChipVerdict::query);
  CHECK(result.findings.count(FindingCode::enc_noncanonical) == max_unreadable_items);
  CHECK(result.findings.has(FindingCode::evidence_unreadable));
  CHECK(result.findings.items().size() <= 2 * max_findings_of_a_code);
  CHECK(appraisal_json(result).at("findings_not_listed").at("enc.noncanonical") ==
        max_unreadable_items - max_findings_of_a_code);
}
