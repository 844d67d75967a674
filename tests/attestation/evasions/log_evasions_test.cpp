// V4 to V12 and V20 of the threat table, each played on one chip of sixteen: its findings on that
// chip, and none on the others.

#include <bit>

#include "tests/attestation/evasions/trial.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;

namespace {

ChipVerdict verdict(const Trial& trial, std::uint32_t shard = 5) {
  return trial.appraised(shard).verdict;
}

/// Trains on what is declared for something else.
Trial declared_as(RunUse use) {
  Trial trial;
  Declaration declared = trial.fleet.declaration;
  declared.metadata.use = use;
  if (use == RunUse::idle) {
    declared.steps.clear();
    declared.metadata.scratch_bytes_per_chip = 0;
  }
  if (use == RunUse::inference) {
    // The weights that are served are those of the beginning, for all the time.
    std::erase_if(declared.steps, [&](const StepCommitment& step) {
      return step.step != declared.steps.front().step;
    });
    for (StepCommitment& step : declared.steps) step.valid = declared.metadata.window;
  }
  trial.declare({{declared, true}});
  return trial;
}

}  // namespace

TEST_CASE("V4: a dummy server with the label and the log, without the key") {
  const Trial trial = played(Evasion::dummy);

  trial.check_only({{5, "sig.bad"}});
  CHECK(verdict(trial) == ChipVerdict::query);
}

TEST_CASE("V4: the label was moved to another registered chip") {
  const Trial trial = played(Evasion::other_chip);

  trial.check_only({{5, "id.mismatch"}});
}

TEST_CASE("V4: another package under the label, with the right device answering") {
  const Trial trial;
  Subject subject = trial.subject(5);
  subject.serials = Serials{"SN-105", "SN-999"};

  CHECK(codes(appraise(subject)) == "id.mismatch");
}

TEST_CASE("V5: a relay passes every check but presence") {
  const Trial trial;
  Subject subject = trial.subject(5);

  subject.presence = Presence::network;
  CHECK(codes(appraise(subject)) == "presence.weak");
  subject.presence = Presence::label;
  CHECK(codes(appraise(subject)) == "presence.weak");
}

TEST_CASE("V5: with the uplink cut a relay has nothing to present") {
  const Trial trial = played(Evasion::nothing);

  trial.check_only({{5, "not.presented"}});
  CHECK(verdict(trial) == ChipVerdict::not_presented);
}

TEST_CASE("V5, NOT CAUGHT: what the inspector says of presence is believed") {
  const Trial trial;
  Subject relayed = trial.subject(5);
  relayed.presence = Presence::bench;

  CHECK(codes(appraise(relayed)) == "");
}

TEST_CASE("V6: the log of a chip of the hidden run is withheld") {
  const Trial trial({{3, Evasion::nothing}, {9, Evasion::no_openings}});

  trial.check_only({{3, "not.presented"}, {9, "snap.unopened"}});
}

TEST_CASE("V6: the log of a chip of the hidden run is edited") {
  const Trial trial = played(Evasion::edit);

  trial.check_only({{5, "chain.break snap.unopened"}});
  CHECK(verdict(trial) == ChipVerdict::query);  // unsigned bytes convict nobody
}

TEST_CASE("V6: a hidden run on three of sixteen chips is seen in just the samples that hold one") {
  const Trial trial(
      {{2, Evasion::hidden_run}, {7, Evasion::hidden_run}, {11, Evasion::hidden_run}});
  trial.check_only({{2, "snap.unexplained"}, {7, "snap.unexplained"}, {11, "snap.unexplained"}});
  std::vector<bool> hit(fleet_chips);
  for (std::uint32_t i = 0; i < fleet_chips; ++i) hit[i] = !codes(trial.appraised(i)).empty();

  // All 1,820 samples of four: 1 - C(13,4)/C(16,4) of them hold one.
  std::uint32_t samples = 0;
  std::uint32_t caught = 0;
  for (std::uint32_t set = 0; set < (1U << fleet_chips); ++set) {
    if (std::popcount(set) != 4) continue;
    ++samples;
    bool seen = false;
    for (std::uint32_t i = 0; i < fleet_chips; ++i) seen = seen || ((set >> i & 1U) != 0 && hit[i]);
    caught += seen ? 1U : 0U;
  }

  CHECK(samples == 1820);
  CHECK(caught == 1820 - 715);
}

TEST_CASE("V7: the explanation of a hidden run is filed after the draw") {
  Trial trial = played(Evasion::hidden_run);
  const SyntheticRun hidden({.run = must(RunId::parse("R-late")),
                             .seed = crypto::sha256("late"),
                             .window = trial.spec.window,
                             .shards = fleet_chips,
                             .weight_chunks = hidden_run().weights.chunks(),
                             .chunk_bytes = 2048,
                             .step_ms = trial.spec.window.length_ms() / 240},
                            hidden_run().weights.source());
  const std::array<Seat, 1> seat{trial.fleet.chips[5].seat};
  const Declaration late = hidden.full_declaration(seat);

  trial.declare({{trial.fleet.declaration, true}, {late, false}});
  trial.check_only({{5, "decl.after_draw"}});
  CHECK(verdict(trial) == ChipVerdict::query);

  // Had it been filed before the freeze, there would be two runs on one chip, and an explanation.
  Declaration in_time = trial.fleet.declaration;
  std::erase_if(in_time.assignments,
                [&](const Assignment& item) { return item.chip == seat[0].chip; });
  trial.declare({{in_time, true}, {late, true}});
  trial.check_only({});
}

TEST_CASE("V8: snapshots are suppressed while the chip works elsewhere") {
  const Trial trial = played(Evasion::suppress);

  trial.check_only({{5, "count.missing"}});
  CHECK(verdict(trial) == ChipVerdict::contradicted);
}

TEST_CASE("V8: the firmware takes snapshots rarely, and says so") {
  const Trial trial = played(Evasion::rare);

  trial.check_only({{5, "epoch.rate"}});
}

TEST_CASE("V8: the log calls the chip off while it is declared to work") {
  const Trial trial = played(Evasion::flash_back);

  trial.check_only({{5, "power.off_in_run"}});
}

TEST_CASE("V9: other firmware for a third of the run, and the accepted one again at the visit") {
  const Trial trial = played(Evasion::reflash);

  trial.check_only({{5, "fw.unknown"}});
}

TEST_CASE("V9: other firmware of which nobody asks what may run is no finding, and that is said") {
  const Trial trial = played(Evasion::reflash);
  Subject subject = trial.subject(5);
  subject.reference = nullptr;

  const Appraisal result = appraise(subject);

  CHECK(codes(result) == "");
  REQUIRE(result.not_run.size() == 1);
  CHECK(result.not_run[0].check == "fw.unknown, code.unknown");
}

TEST_CASE("V9: flash put back after the hidden work leaves a gap between ledgered heads") {
  const Trial trial = played(Evasion::flash_back);
  Subject subject = trial.subject(5);
  subject.declarations = nullptr;  // the Prover does not say that it worked
  subject.openings = {};
  subject.window = {day(40), day(70)};    // the time in which nothing is logged
  CHECK(codes(appraise(subject)) == "");  // NOT CAUGHT: nobody asked for heads in between

  subject.policy.longest_head_gap_ms = 10 * ms_per_day;
  CHECK(codes(appraise(subject)) == "head.gap");
}

/// Chip 5 evades, every chip files a head a week, and the Prover says nothing of the third in which
/// chip 5 is called off: what an appraisal finds on it.
std::string found_with_heads(Evasion evasion, const std::map<std::uint32_t, Mishap>& mishaps = {}) {
  FleetSpec spec = Trial::with(trial_spec(), mishaps);
  spec.head_every_ms = 7 * ms_per_day;
  Trial trial;
  trial.fleet = Trial::fleet_of(spec, {{5, evasion}});
  Declaration partly = trial.fleet.declaration;
  for (Assignment& item : partly.assignments) {
    if (item.chip == trial.fleet.chips[5].seat.chip && evasion != Evasion::none) {
      item.held.to = day(40);
    }
  }
  partly.assignments.push_back(partly.assignments[5]);
  partly.assignments.back().held = {day(70), day(100)};
  trial.declare({{evasion == Evasion::none ? trial.fleet.declaration : partly, true}});
  Subject subject = trial.subject(5);
  subject.policy.longest_head_gap_ms = 14 * ms_per_day;
  return codes(appraise(subject));
}

TEST_CASE("V9: heads at beacon times tell flash that is put back, whether or not they are filed") {
  CHECK(found_with_heads(Evasion::flash_back) == "head.gap");
  CHECK(found_with_heads(Evasion::flash_filed) == "chain.fork");
}

TEST_CASE("V9, NOT CAUGHT: flash put back for the moment of each head") {
  CHECK(found_with_heads(Evasion::flash_for_heads) == "");
}

TEST_CASE("V9: honest chips file their heads, whatever befalls them") {
  for (std::size_t mishap = 0; mishap < mishap_count; ++mishap) {
    CAPTURE(mishap);
    CHECK(found_with_heads(Evasion::none, {{5, static_cast<Mishap>(mishap)}}) == "");
  }
}

TEST_CASE("V10: firmware that hashes half of the memory says so") {
  const Trial trial = played(Evasion::region);

  CHECK(trial.appraised(5).findings.count(FindingCode::memory_partial) == 1);
  trial.check_only({{5, "memory.partial"}});
}

TEST_CASE("V10, NOT CAUGHT: firmware that hashes a compliant copy in place of what is in use") {
  const Trial trial = played(Evasion::decoy);

  trial.check_only({});
}

TEST_CASE("V11: the chip is presented as it was a third into the run") {
  const Trial trial = played(Evasion::rollback);

  trial.check_only({{5, "chain.rollback power.off_in_run"}});
  CHECK(verdict(trial) == ChipVerdict::contradicted);
}

TEST_CASE("V11: the log forks from what was reported at the freeze") {
  const Trial trial = played(Evasion::fork);

  trial.check_only({{5, "chain.fork"}});
  CHECK(verdict(trial) == ChipVerdict::contradicted);
}

TEST_CASE("V11: the newest entries are cut off") {
  const Trial trial = played(Evasion::truncate);

  trial.check_only({{5, "chain.gap"}});
}

TEST_CASE("V11: a snapshot is cut out") {
  const Trial trial = played(Evasion::drop);

  trial.check_only({{5, "chain.gap"}});
}

TEST_CASE("V11: entries are exchanged, or copied") {
  const Trial trial({{4, Evasion::swap}, {6, Evasion::copy}});

  trial.check_only({{4, "chain.reorder"}, {6, "chain.duplicate"}});
  CHECK(verdict(trial, 4) == ChipVerdict::query);
  CHECK(verdict(trial, 6) == ChipVerdict::consistent);  // a copy hides nothing
}

TEST_CASE("V11: the store was too small, and the oldest entries are gone") {
  const Trial trial = played(Evasion::wrap);

  trial.check_only({{5, "log.wrapped"}});
  CHECK_FALSE(trial.appraised(5).not_run.empty());  // what was due then cannot be counted
}

TEST_CASE("V11: an old read-out is replayed") {
  const Trial trial = played(Evasion::stale_head);

  trial.check_only({{5, "head.stale"}});
}

TEST_CASE("V11: the log of another chip is presented") {
  const Trial trial = played(Evasion::other_log);

  trial.check_only({{5, "id.mismatch"}});
}

TEST_CASE("V12: twins with one identity, both read, contradict each other") {
  const Trial trial;
  const Trial twins = played(Evasion::fork);
  Subject subject = trial.subject(5);
  subject.ledgered_heads.pop_back();  // nothing was reported at the freeze
  CHECK(codes(appraise(subject)) == "");

  subject.ledgered_heads.push_back(
      {twins.fleet.chips[5].ledgered.back().first, trial.spec.frozen_at()});
  const Appraisal both = appraise(subject);

  CHECK(codes(both) == "chain.fork");
  CHECK(both.verdict == ChipVerdict::contradicted);
}

TEST_CASE("V12, NOT CAUGHT: a twin that is never read is compute off the register") {
  const Trial trial;
  EmulatedChip twin(trial.fleet.chips[5].seat.chip,
                    emulated_chip_seed(trial.spec.world, trial.fleet.chips[5].seat.chip),
                    fleet_profile(trial.spec, shown_run().weights), trial.spec.made_at());
  twin.run(day(100), idle_memory);  // whatever it does

  CHECK(twin.device_key() == *trial.fleet.chips[5].device_key);
  trial.check_only({});
}

TEST_CASE("V20: training is declared as inference") {
  const Trial trial = declared_as(RunUse::inference);

  for (std::uint32_t shard = 0; shard < fleet_chips; ++shard) {
    const Appraisal result = trial.appraised(shard);
    CHECK(result.verdict == ChipVerdict::query);
    // Chunks that training did not move are those that are served: then there is more besides.
    const std::uint64_t queried = result.findings.count(FindingCode::snap_unexplained) +
                                  result.findings.count(FindingCode::memory_over_budget);
    CHECK(queried + 3 > result.coverage.snapshots);
  }
}

TEST_CASE("V20: training is declared as idling") {
  const Trial trial = declared_as(RunUse::idle);

  for (std::uint32_t shard = 0; shard < fleet_chips; ++shard) {
    const Appraisal result = trial.appraised(shard);
    CHECK(codes(result) == "snap.unexplained");
    CHECK(result.findings.count(FindingCode::snap_unexplained) == result.coverage.snapshots);
  }
}
