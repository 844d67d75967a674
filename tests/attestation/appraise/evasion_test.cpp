// One chip after another, from the emulated firmware to the verdict.

#include <algorithm>

#include "attestation/device/memory.hpp"
#include "tests/attestation/world.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;

namespace {

// A run on one chip, declared honestly before the freeze.
struct RunWorld {
  explicit RunWorld(std::string_view name, std::string_view snapshots = "0.5")
      : run(run_spec(name)), life(1, snapshots) {
    life.live(run.memory(seat));
    index = DeclarationIndex({{declared(), true}});
  }
  [[nodiscard]] Declaration declared() const {
    const std::array<Seat, 1> seats{seat};
    return run.declaration(seats, life.chip.snapshot_instants());
  }
  [[nodiscard]] Appraisal appraised() const { return appraise(life.subject(&index)); }

  SyntheticRun run;
  Seat seat{chip_number(1), 3};
  Life life;
  DeclarationIndex index;
};

}  // namespace

TEST_CASE("an honest training chip is consistent, in the middle of steps and with scratch memory") {
  const RunWorld world("honest");

  const Appraisal result = world.appraised();

  CHECK(codes(result) == "");
  CHECK(result.verdict == ChipVerdict::consistent);
  CHECK(result.coverage.snapshots > 20);
  CHECK(result.coverage.due >= result.coverage.snapshots);
  CHECK(result.unexplained.bytes == 2 * world.run.spec().chunk_bytes);
}

TEST_CASE("an idle chip needs no openings and no declaration") {
  Life life(2, "0.5");
  life.live(idle_memory);

  const Appraisal result = appraise(life.subject(nullptr));

  CHECK(codes(result) == "");
  CHECK(result.verdict == ChipVerdict::consistent);
  CHECK(life.read.openings.empty());
  CHECK(result.coverage.snapshots > 20);
}

TEST_CASE("a hidden run is a query at each of its snapshots") {
  const SyntheticRun hidden(run_spec("hidden"));
  RunWorld world("declared");
  Life cheat(1, "0.5", "cheat");
  cheat.live(hidden.memory(world.seat));

  const Appraisal result = appraise(cheat.subject(&world.index));

  CHECK(codes(result) == "snap.unexplained");
  CHECK(result.verdict == ChipVerdict::query);
  CHECK(result.findings.count(FindingCode::snap_unexplained) == result.coverage.snapshots);
}

TEST_CASE("a declaration filed after the freeze explains nothing") {
  RunWorld world("late");
  world.index = DeclarationIndex({{world.declared(), false}});

  CHECK(codes(world.appraised()) == "decl.after_draw");
  CHECK(world.appraised().verdict == ChipVerdict::query);
}

TEST_CASE("declared chunks on a chip that is not declared to hold them are found") {
  RunWorld world("elsewhere");
  Declaration declared = world.declared();
  declared.assignments[0].chip = chip_number(99);
  world.index = DeclarationIndex({{declared, true}});

  CHECK(codes(world.appraised()) == "snap.wrong_chip");
}

TEST_CASE("declared steps at another time than declared are found") {
  RunWorld world("shifted");
  Declaration declared = world.declared();
  for (StepCommitment& step : declared.steps) {
    step.valid.from.ms += 3 * ms_per_day;
    step.valid.to.ms += 3 * ms_per_day;
  }
  world.index = DeclarationIndex({{declared, true}});

  CHECK(codes(world.appraised()) == "snap.wrong_time");
}

TEST_CASE("a run that goes back without a declared restart is found, and not with one") {
  RunWorld world("backwards");
  Declaration declared = world.declared();
  // Turn the steps round in time: step s is what lay in memory at step last - s.
  const std::uint64_t last = declared.steps.back().step;
  for (StepCommitment& step : declared.steps) step.step = last - step.step;
  std::ranges::sort(declared.steps, {}, [](const StepCommitment& step) {
    return std::make_pair(step.shard, step.step);
  });
  world.index = DeclarationIndex({{declared, true}});
  const Appraisal undeclared = world.appraised();
  for (const Timestamp instant : world.life.chip.snapshot_instants()) {
    declared.metadata.restarts.push_back({instant, 0});
  }
  world.index = DeclarationIndex({{declared, true}});

  CHECK(codes(undeclared) == "snap.order");
  CHECK(codes(world.appraised()) == "");
}

TEST_CASE("more memory in use than the scratch budget allows is a query") {
  RunWorld world("hungry");
  Declaration declared = world.declared();
  declared.metadata.scratch_bytes_per_chip = world.run.spec().chunk_bytes;
  world.index = DeclarationIndex({{declared, true}});

  CHECK(codes(world.appraised()) == "memory.over_budget");
  CHECK(world.appraised().verdict == ChipVerdict::query);
}

TEST_CASE("openings that are withheld are asked for") {
  RunWorld world("shy");
  world.life.read.openings.clear();

  CHECK(codes(world.appraised()) == "snap.unopened");
}

TEST_CASE("the openings of other memory do not pass") {
  RunWorld world("swapped");
  Bytes forged;
  for (const Opening& opening : openings_in(world.life.read.openings)) {
    std::vector<Hash> chunks = opening.chunks;
    chunks[0].bytes[0] ^= 1U;
    append_opening(forged, opening.root, chunks);
  }
  world.life.read.openings = forged;

  CHECK(codes(world.appraised()) == "snap.unopened");
}

TEST_CASE("suppressed snapshots contradict the secret that the chip committed to") {
  Life life(3, "0.5");
  life.chip.run(day(40), idle_memory);
  life.chip.suppress_snapshots(true);
  life.chip.run(day(70), idle_memory);
  life.chip.suppress_snapshots(false);
  life.freeze();
  life.inspect();

  const Appraisal result = appraise(life.subject(nullptr));

  CHECK(codes(result) == "count.missing");
  CHECK(result.verdict == ChipVerdict::contradicted);
}

TEST_CASE("without a ledgered head of the epoch a missing snapshot is only a query") {
  Life life(3, "0.5");
  life.chip.suppress_snapshots(true);
  life.freeze();
  life.inspect();
  Subject subject = life.subject(nullptr);
  subject.ledgered_heads.clear();
  subject.policy.require_ledgered_epochs = false;

  const Appraisal result = appraise(subject);

  CHECK(codes(result) == "count.missing");
  CHECK(result.verdict == ChipVerdict::query);
  REQUIRE(result.not_run.size() == 1);
  CHECK(result.not_run[0].check == "chain.rollback, chain.fork");
}

TEST_CASE("two logs of one identity fork, and both heads are the evidence") {
  Life life(4, "0.5");
  EmulatedChip twin = life.chip;
  const SyntheticRun hidden(run_spec("hidden"));
  life.chip.run(day(100), hidden.memory({life.chip.chip(), 0}));
  life.freeze();
  twin.run(day(101), idle_memory);
  const ReadOut twin_frozen = twin.read_out(nonce_of("freeze"));
  life.frozen = twin_frozen;
  life.inspect();

  const Appraisal result = appraise(life.subject(nullptr));

  CHECK(result.findings.has(FindingCode::chain_fork));
  CHECK(result.verdict == ChipVerdict::contradicted);
  for (const Finding& item : result.findings.items()) {
    if (item.code == FindingCode::chain_fork) CHECK(item.evidence.size() == 2);
  }
}

TEST_CASE("a fork beside the reported log names the entries at which the logs part") {
  Life life(4, "0.5");
  EmulatedChip twin = life.chip;
  twin.run(day(60), idle_memory);
  twin.power_off(day(61));
  twin.run(day(101), idle_memory);
  life.live(idle_memory);
  life.frozen = twin.read_out(nonce_of("freeze"));
  Subject subject = life.subject(nullptr);
  subject.reported_log = ByteView(life.frozen.log);

  const Appraisal result = appraise(subject);

  REQUIRE(result.findings.has(FindingCode::chain_fork));
  for (const Finding& item : result.findings.items()) {
    if (item.code == FindingCode::chain_fork) CHECK(item.evidence.size() == 4);
  }
}

TEST_CASE("a chip rolled back below a head in the ledger contradicts itself") {
  Life life(5, "0.5");
  life.chip.run(day(50), idle_memory);
  EmulatedChip earlier = life.chip;
  life.freeze();
  earlier.run(day(51), idle_memory);
  earlier.power_off(day(104));
  life.read = earlier.read_out(nonce_of("inspection"));

  const Appraisal result = appraise(life.subject(nullptr));

  CHECK(codes(result) == "chain.rollback");
  CHECK(result.verdict == ChipVerdict::contradicted);
}

TEST_CASE("an old head, replayed, does not carry the nonce") {
  Life life(6, "0.5");
  life.live(idle_memory);
  life.read = life.frozen;

  const Appraisal result = appraise(life.subject(nullptr));

  CHECK(codes(result) == "head.stale");
  CHECK(result.verdict == ChipVerdict::query);
}

TEST_CASE("another device in the chip's place is a wrong identity, and its log is not judged") {
  Life asked(7);
  Life other(8);
  asked.live(idle_memory);
  other.live(idle_memory);
  asked.read = other.read;

  const Appraisal result = appraise(asked.subject(nullptr));

  CHECK(codes(result) == "id.mismatch");
  CHECK(result.verdict == ChipVerdict::query);
  CHECK(result.not_run.size() == 1);
}

TEST_CASE("another chip's log under the chip's own head is a wrong identity") {
  Life asked(7);
  Life other(8);
  asked.live(idle_memory);
  other.live(idle_memory);
  asked.read.log = other.read.log;

  CHECK(codes(appraise(asked.subject(nullptr))) == "id.mismatch");
}

TEST_CASE("a serial number that differs is a wrong identity, and the log is judged all the same") {
  Life life(7, "0.5");
  life.live(idle_memory);
  Subject subject = life.subject(nullptr);
  subject.serials = Serials{"SN1", "SN2"};

  const Appraisal result = appraise(subject);

  CHECK(codes(result) == "id.mismatch");
  CHECK(result.coverage.snapshots > 20);
}

TEST_CASE("a serial number that differs hides no rollback below a head in the ledger") {
  Life life(7, "0.5");
  life.chip.run(day(50), idle_memory);
  EmulatedChip earlier = life.chip;
  life.freeze();
  earlier.run(day(51), idle_memory);
  earlier.power_off(day(104));
  life.read = earlier.read_out(nonce_of("inspection"));
  Subject subject = life.subject(nullptr);
  subject.serials = Serials{"SN1", "SN2"};

  const Appraisal result = appraise(subject);

  CHECK(codes(result) == "chain.rollback id.mismatch");
  CHECK(result.verdict == ChipVerdict::contradicted);
}

TEST_CASE("a chip that is not presented is neither consistent nor contradicted") {
  Life life(9);
  life.live(idle_memory);
  Subject subject = life.subject(nullptr);
  subject.log.reset();

  const Appraisal result = appraise(subject);

  CHECK(codes(result) == "not.presented");
  CHECK(result.verdict == ChipVerdict::not_presented);
}

TEST_CASE("evidence that is no head, or no log, is open") {
  Life life(10);
  life.live(idle_memory);
  const Bytes garbage = {0xFF, 0x00, 0x11};
  Subject no_head = life.subject(nullptr);
  no_head.head = ByteView(garbage);
  Subject no_log = life.subject(nullptr);
  no_log.log = ByteView(garbage);
  Subject no_key = life.subject(nullptr);
  no_key.device_key.reset();
  no_key.ledgered_heads.clear();
  no_key.policy.require_ledgered_epochs = false;

  CHECK(codes(appraise(no_head)) == "evidence.unreadable");
  CHECK(appraise(no_head).verdict == ChipVerdict::open);
  CHECK(codes(appraise(no_log)) == "evidence.unreadable");
  CHECK(appraise(no_log).verdict == ChipVerdict::open);
  CHECK(codes(appraise(no_key)) == "evidence.unreadable");
  CHECK(appraise(no_key).verdict == ChipVerdict::open);
}

TEST_CASE("weak presence is a query, whatever the log says") {
  Life life(11);
  life.live(idle_memory);
  Subject subject = life.subject(nullptr);
  subject.presence = Presence::network;

  CHECK(codes(appraise(subject)) == "presence.weak");
  CHECK(appraise(subject).verdict == ChipVerdict::query);
}

TEST_CASE("a head signed by another key is a bad signature") {
  Life life(12);
  Life imitation(12, "0.1", "other world");
  life.live(idle_memory);
  imitation.live(idle_memory);
  life.read = imitation.read;

  const Appraisal result = appraise(life.subject(nullptr));

  CHECK(result.findings.has(FindingCode::sig_bad));
  CHECK(result.verdict == ChipVerdict::query);
}

TEST_CASE("snapshots outside the window or the Prover's holding are not judged") {
  const SyntheticRun before_sale(run_spec("another-owner"));
  Life life(13, "0.5");
  life.live(before_sale.memory({life.chip.chip(), 0}));
  Subject subject = life.subject(nullptr);
  subject.held = {{day(100), day(1000)}};

  const Appraisal result = appraise(subject);

  CHECK(codes(result) == "");
  CHECK(result.coverage.snapshots == 0);
}

TEST_CASE("the result as JSON has every field of the interface") {
  RunWorld world("json");
  world.index = DeclarationIndex();

  const Json json = appraisal_json(world.appraised());

  CHECK(json.at("chip") == chip_number(1).to_string());
  CHECK(json.at("verdict") == "query");
  CHECK(json.at("findings").at(0).at("code") == "snap.unexplained");
  CHECK(json.at("findings").at(0).at("severity") == "query");
  CHECK(json.at("findings").at(0).at("evidence").at(0).at("hex").get<std::string>().size() > 100);
  CHECK(json.at("checks_not_run").empty());
  CHECK_FALSE(json.at("summary").get<std::string>().empty());
}

TEST_CASE("what is left unexplained is said as room for a model, worked by hand") {
  // 5 GiB a chip over 1,000 chips at 2 bytes each: 5 * 2^30 * 1000 / 2 parameters.
  CHECK(unexplained_statement({5'368'709'120, 2000}, 1000) ==
        "5368709120 bytes per chip are not explained: a model of up to 2684354560000 parameters "
        "would fit on 1000 chips");
  CHECK(unexplained_statement({0, 2000}, 1000).empty());
}
