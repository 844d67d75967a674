// What a run is bound to beforehand, and the two modes of an epoch: acknowledged and air-gapped.

#include <algorithm>

#include "tests/attestation/world.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;

namespace {

/// When a chip of a bound run logs what the run is bound to.
enum class Bound { before, after, never };

struct BoundWorld {
  explicit BoundWorld(Bound when) : run(spec()), life(1, "0.5") {
    life.chip.run(day(10), idle_memory);
    if (when == Bound::before) life.chip.precommit(run.precommitment());
    life.chip.run(day(60), run.memory(seat));
    if (when == Bound::after) life.chip.precommit(run.precommitment());
    life.chip.run(day(100), run.memory(seat));
    life.freeze();
    life.inspect();
  }
  static SyntheticRunSpec spec() {
    SyntheticRunSpec made = run_spec("bound");
    made.precommitted = true;
    return made;
  }
  [[nodiscard]] Declaration declared() const {
    const std::array<Seat, 1> seats{seat};
    return run.declaration(seats, life.chip.snapshot_instants());
  }
  [[nodiscard]] Appraisal appraised(const Declaration& declaration, bool required) const {
    const DeclarationIndex index({{declaration, true}});
    Subject subject = life.subject(&index);
    subject.policy.require_precommitments = required;
    return appraise(subject);
  }
  [[nodiscard]] Appraisal appraised(bool required) const { return appraised(declared(), required); }

  SyntheticRun run;
  Seat seat{chip_number(1), 3};
  Life life;
};

crypto::Ed25519Signer key_called(std::string_view name) {
  return crypto::Ed25519Signer(crypto::sha256(name).bytes);
}

/// A chip in acknowledged mode that asks `answer`.
Life acknowledged_life(const Acknowledger& answer, std::string_view named = "acknowledger") {
  ChipProfile profile = emulated_profile(rate("0.5"));
  profile.acknowledger = acknowledger_name(key_called(named).public_key());
  Life life(1, profile);
  life.chip.ask(answer);
  life.live(idle_memory);
  return life;
}

Subject acknowledged_subject(const Life& life) {
  Subject subject = life.subject(nullptr);
  subject.acknowledgements = life.read.acknowledgements;
  subject.acknowledgers = {key_called("another").public_key(),
                           key_called("acknowledger").public_key()};
  subject.policy.require_acknowledged = true;
  return subject;
}

}  // namespace

TEST_CASE("a run that its chip was bound to before the first snapshot is consistent") {
  const Appraisal result = BoundWorld(Bound::before).appraised(true);

  CHECK(codes(result) == "");
  CHECK(result.coverage.snapshots > 20);
}

TEST_CASE("a record after a snapshot of its run is late, demanded or not, once for the run") {
  const BoundWorld world(Bound::after);
  for (const bool required : {false, true}) {
    const Appraisal result = world.appraised(required);

    CHECK(codes(result) == "precommit.late");
    CHECK(result.findings.count(FindingCode::precommit_late) == 1);
    const Finding& made = result.findings.items().front();
    REQUIRE(made.evidence.size() == 2);  // the record, and the snapshot before it
    CHECK(*made.evidence[0].offset > *made.evidence[1].offset);
  }
}

TEST_CASE("a run without a record is a query only where the plan demands records") {
  const BoundWorld world(Bound::never);

  CHECK(codes(world.appraised(false)) == "");
  CHECK(codes(world.appraised(true)) == "precommit.absent");
}

TEST_CASE("a record of other digests is none") {
  const BoundWorld world(Bound::before);
  Declaration other = world.declared();
  other.metadata.precommitment->data_order.bytes[0] ^= 1U;

  CHECK(codes(world.appraised(other, true)) == "precommit.absent");
  CHECK(codes(world.appraised(other, false)) == "");
}

TEST_CASE("a declaration that names no digests is absent where they are demanded") {
  const BoundWorld world(Bound::before);
  Declaration silent = world.declared();
  silent.metadata.precommitment.reset();

  CHECK(codes(world.appraised(silent, true)) == "precommit.absent");
  CHECK(codes(world.appraised(silent, false)) == "");
}

TEST_CASE("inference and idle runs are bound to nothing") {
  SyntheticRunSpec spec = run_spec("serving");
  spec.use = RunUse::inference;
  const SyntheticRun run(spec);
  const std::array<Seat, 1> seats{Seat{chip_number(1), 0}};
  Life life(1, "0.5");
  life.live(run.memory(seats[0]));
  const DeclarationIndex index({{run.full_declaration(seats), true}});
  Subject subject = life.subject(&index);
  subject.policy.require_precommitments = true;

  CHECK(codes(appraise(subject)) == "");
}

TEST_CASE("a chip whose snapshots are all acknowledged is consistent, and says what that proves") {
  const auto key = key_called("acknowledger");
  const Life life = acknowledged_life(acknowledger_with(key));

  const Appraisal result = appraise(acknowledged_subject(life));

  CHECK(codes(result) == "");
  CHECK(result.not_run.empty());
  CHECK(result.coverage.acknowledged == result.coverage.snapshots);
  CHECK(result.coverage.acknowledged > 20);
  CHECK(result.coverage.air_gapped == 0);
  CHECK(time_statement(result.coverage).find("when an acknowledger signed") != std::string::npos);
}

TEST_CASE("an air-gapped chip says that its times are its own word") {
  Life life(1, "0.5");
  life.live(idle_memory);

  const Appraisal result = appraise(life.subject(nullptr));

  CHECK(codes(result) == "");
  CHECK(result.coverage.air_gapped == result.coverage.snapshots);
  CHECK(result.coverage.acknowledged == 0);
  CHECK(time_statement(result.coverage) ==
        "between two ledgered heads the time of a snapshot is the chip's own word");
}

TEST_CASE("any of the three kinds of keys acknowledges") {
  const auto curve = must(crypto::EcdsaSigner::from_secret(crypto::Curve::p384, Bytes(48, 5)));
  ChipProfile profile = emulated_profile(rate("0.5"));
  profile.acknowledger = acknowledger_name(curve.verifying_key());
  Life life(1, profile);
  life.chip.ask(acknowledger_with(curve));
  life.live(idle_memory);
  Subject subject = acknowledged_subject(life);
  subject.acknowledgers = {curve.verifying_key()};

  CHECK(codes(appraise(subject)) == "");
}

TEST_CASE("firmware that resumes without an answer is found at each snapshot") {
  const Life life = acknowledged_life({});

  const Appraisal result = appraise(acknowledged_subject(life));

  CHECK(codes(result) == "ack.missing");
  CHECK(result.findings.count(FindingCode::ack_missing) == result.coverage.snapshots);
}

TEST_CASE("what somebody else signs, or of another chip, is no acknowledgement") {
  const auto stranger = key_called("stranger");
  CHECK(codes(appraise(acknowledged_subject(acknowledged_life(acknowledger_with(stranger))))) ==
        "ack.missing");

  const auto key = key_called("acknowledger");
  const Life life = acknowledged_life([&](Acknowledgement asked) {
    asked.ueid = ueid_of(chip_number(2));
    return acknowledger_with(key)(asked);
  });
  CHECK(codes(appraise(acknowledged_subject(life))) == "ack.missing");
}

TEST_CASE("acknowledgements collected afterwards are too late") {
  const auto key = key_called("acknowledger");
  const Life life = acknowledged_life([&](Acknowledgement asked) {
    asked.time_ms += 3 * ms_per_day;
    return acknowledger_with(key)(asked);
  });

  CHECK(codes(appraise(acknowledged_subject(life))) == "ack.time");
  Subject patient = acknowledged_subject(life);
  patient.policy.acknowledge_within_ms = 4 * ms_per_day;
  CHECK(codes(appraise(patient)) == "");
}

TEST_CASE(
    "an acknowledger that the plan does not name is absent; without a plan it is not judged") {
  const auto own = key_called("the Prover's own");
  const Life life = acknowledged_life(acknowledger_with(own), "the Prover's own");
  Subject subject = acknowledged_subject(life);

  CHECK(codes(appraise(subject)) == "ack.absent");

  subject.policy.require_acknowledged = false;
  const Appraisal result = appraise(subject);
  CHECK(codes(result) == "");
  REQUIRE_FALSE(result.not_run.empty());
  CHECK(result.not_run.back().check == "ack.missing, ack.time");
  CHECK(result.coverage.acknowledged == 0);
}

TEST_CASE("the order of acknowledgements, and junk among them, change nothing") {
  const auto key = key_called("acknowledger");
  const Life life = acknowledged_life(acknowledger_with(key));
  const auto given = acknowledgements_in(life.read.acknowledgements);
  Bytes reversed = {0x00, 0x60};
  for (auto item = given.items.rbegin(); item != given.items.rend(); ++item) {
    append(reversed, item->bytes);
  }
  reversed.push_back(0xFF);
  Subject subject = acknowledged_subject(life);
  subject.acknowledgements = reversed;

  CHECK(acknowledgements_in(reversed).items.size() == given.items.size());
  CHECK(acknowledgements_in(reversed).unreadable == 3);
  CHECK(codes(appraise(subject)) == "");
}

TEST_CASE("an acknowledgement has one spelling, and each cut or added byte makes it none") {
  const auto key = key_called("acknowledger");
  const Acknowledgement claims{ueid_of(chip_number(1)), 7, crypto::sha256("entry"),
                               1'780'000'000'000};
  const Bytes bytes = must(signed_acknowledgement(claims, key));

  const PresentedAcknowledgement read = must(parsed_acknowledgement(bytes));
  CHECK(read.claims == claims);
  CHECK(to_bytes(read.message.payload) == encoded_claims(claims));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_FALSE(parsed_acknowledgement(ByteView(bytes).first(size)));
  }
  Bytes payload = encoded_claims(claims);
  payload.push_back(0);
  CHECK_FALSE(parsed_acknowledgement(must(signed_sign1(payload, key))));
  Acknowledgement far = claims;
  far.time_ms = max_log_number;
  CHECK_FALSE(parsed_acknowledgement(must(signed_acknowledgement(far, key))));
}
