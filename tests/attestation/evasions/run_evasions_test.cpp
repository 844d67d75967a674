// V13 and V14 of the threat table: transcripts that are not of the run that the chips did.

#include "attestation/replay/continuity.hpp"
#include "attestation/replay/declared_steps.hpp"
#include "attestation/replay/memorisation.hpp"
#include "attestation/replay/replay.hpp"
#include "attestation/replay/segments.hpp"
#include "tests/attestation/evasions/trial.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;

namespace {

/// The codes of all checkpoints, each once.
std::set<std::string> faults_of(const TrainedRun& judge, const std::vector<TrainingState>& states) {
  ContinuityCheck check(judge.trainer, judge.spec);
  for (const TrainingState& state : states) check.add(state);
  check.finish();
  std::set<std::string> codes;
  for (const RunFaultAt& fault : check.faults()) codes.emplace(run_fault_code(fault.fault));
  return codes;
}

/// Which of the twelve segments lead to another end than claimed.
std::vector<bool> mismatched(const TrainedRun& judge, const std::vector<TrainingState>& states) {
  std::vector<bool> bad;
  for (std::size_t i = 0; i + 1 < states.size(); ++i) {
    const auto replay = replay_segment(judge.trainer, states[i], states[i + 1]);
    bad.push_back(replay.grade == ReplayGrade::mismatched);
  }
  return bad;
}

std::size_t count_of(const std::vector<bool>& bad) {
  return static_cast<std::size_t>(std::ranges::count(bad, true));
}

/// Weights that lie between two states, with the moments of the second.
TrainingState between(const TrainingState& a, const TrainingState& b, double share,
                      std::uint64_t step) {
  TrainingState state = b;
  state.step = step;
  for (std::size_t i = 0; i < state.weights.size(); ++i) {
    const double x = static_cast<double>(a.weights[i]);
    state.weights[i] = static_cast<float>(x + share * (static_cast<double>(b.weights[i]) - x));
  }
  return state;
}

/// Whether segments drawn by `label` hold one that is bad.
bool draw_hits(const std::vector<bool>& bad, std::uint64_t draws, const std::string& label) {
  const auto choice = choose_segments(bad.size(), draws, 0, crypto::sha256(label), {});
  return std::ranges::any_of(choice.uniform, [&](std::uint64_t place) { return bad[place]; });
}

}  // namespace

TEST_CASE("V13: declared are the digests of the hidden run, and the transcript is another's") {
  // Chips and declaration agree: all sixteen hold the hidden run, and say so step by step.
  std::map<std::uint32_t, Evasion> all;
  for (std::uint32_t i = 0; i < fleet_chips; ++i) all[i] = Evasion::hidden_run;
  Trial trial(all);
  const SyntheticRun hidden({.run = trial.spec.run,
                             .seed = crypto::sha256("hidden"),
                             .window = trial.spec.window,
                             .shards = fleet_chips,
                             .weight_chunks = hidden_run().weights.chunks(),
                             .chunk_bytes = 2048,
                             .step_ms = trial.spec.window.length_ms() / 240},
                            hidden_run().weights.source());
  std::vector<Seat> seats;
  for (const FleetChip& chip : trial.fleet.chips) seats.push_back(chip.seat);
  const Declaration declared = hidden.full_declaration(seats);
  trial.declare({{declared, true}});
  trial.check_only({});

  // The transcript that is shown replays to the bit, and is not what was declared.
  CHECK(count_of(mismatched(shown_run(), shown_run().checkpoints)) == 0);
  DeclaredSteps steps(declared, shown_run().transcript);
  for (const TrainingState& state : shown_run().checkpoints) steps.compare(state);

  CHECK(steps.compared() == 13 * fleet_chips);
  // At step 0 moments are zero in both: the shards that hold nothing else agree.
  CHECK(steps.otherwise().size() >= 12 * fleet_chips);
  CHECK(steps.otherwise().front().step == 0);
}

TEST_CASE("V13: a chip holds the shard of another") {
  const Trial trial = played(Evasion::other_shard);

  trial.check_only({{5, "snap.wrong_chip"}});
}

TEST_CASE("V13: a chip holds the beginning of the run all the time, and works on something else") {
  const Trial trial = Trial({{1, Evasion::stale_weights}});

  trial.check_only({{1, "snap.wrong_time"}});
}

TEST_CASE("V13: a chip is declared for the run, and its memory is empty: the work is elsewhere") {
  // Of chip 5 the shard is moments, which are zero at the beginning that it holds all the time.
  const Trial trial = played(Evasion::stale_weights);

  trial.check_only({{5, "snap.absent"}});
}

TEST_CASE("V13: one bit flipped in a shard hides where the declaration leaves a chunk free") {
  const Trial trial = played(Evasion::flipped_byte);

  trial.check_only({});
  // It is said in bytes: a chunk more than the scratch memory that honest chips use.
  const std::uint64_t chunk = trial.fleet.declaration.metadata.chunk_bytes;
  CHECK(trial.appraised(4).unexplained.bytes == fleet_scratch_chunks * chunk);
  CHECK(trial.appraised(5).unexplained.bytes == (fleet_scratch_chunks + 1) * chunk);
}

TEST_CASE("V13: one bit flipped in a shard is found where the declaration leaves no chunk free") {
  Trial trial = played(Evasion::flipped_byte);
  Declaration exact = trial.fleet.declaration;
  exact.metadata.scratch_bytes_per_chip = fleet_scratch_chunks * exact.metadata.chunk_bytes;

  trial.declare({{exact, true}});

  trial.check_only({{5, "memory.over_budget"}});
}

TEST_CASE("V13: a bulk forgery is drawn with 1 - (1 - phi)^q, and a single jump with q/n") {
  // Half of the segments are forged: the run was not trained from step 120 on.
  std::vector<TrainingState> bulk = shown_run().checkpoints;
  for (std::size_t i = 7; i < bulk.size(); ++i) {
    const double share = static_cast<double>(i - 6) / 8.0;
    bulk[i] = between(shown_run().checkpoints[6], hidden_run().checkpoints[12], share, i * 20);
  }
  const auto forged = mismatched(shown_run(), bulk);
  CHECK(count_of(forged) == 6);
  // One jump: everything after step 120 was honestly trained from other weights.
  std::vector<TrainingState> jump = shown_run().checkpoints;
  std::copy(hidden_run().checkpoints.begin() + 7, hidden_run().checkpoints.end(), jump.begin() + 7);
  std::vector<bool> glue(12);
  glue[6] = replay_segment(shown_run().trainer, jump[6], jump[7]).grade == ReplayGrade::mismatched;
  CHECK(glue[6]);

  std::size_t bulk_hits = 0;
  std::size_t jump_hits = 0;
  constexpr std::size_t plays = 4000;
  for (std::size_t play = 0; play < plays; ++play) {
    const std::string label = "play " + std::to_string(play);
    bulk_hits += draw_hits(forged, 3, label) ? 1U : 0U;
    jump_hits += draw_hits(glue, 3, label) ? 1U : 0U;
  }

  // Without replacement: 1 - C(6,3)/C(12,3) = 200/220, and 3/12. Four deviations of 4,000 plays.
  CHECK(replay_detection(12, 6, 3) == doctest::Approx(200.0 / 220));
  CHECK(replay_detection(12, 1, 3) == doctest::Approx(0.25));
  CHECK(std::abs(static_cast<double>(bulk_hits) / plays - 200.0 / 220) < 0.019);
  CHECK(std::abs(static_cast<double>(jump_hits) / plays - 0.25) < 0.028);
}

TEST_CASE("V13: a jump that Adam cannot make is seen on all segments, without replay") {
  std::vector<TrainingState> jump = shown_run().checkpoints;
  std::copy(hidden_run().checkpoints.begin() + 7, hidden_run().checkpoints.end(), jump.begin() + 7);

  CHECK(faults_of(shown_run(), shown_run().checkpoints).empty());
  CHECK(faults_of(shown_run(), jump) == std::set<std::string>{"run.impossible_update"});
}

TEST_CASE("V14: initial weights that were chosen") {
  const TrainedRun chosen("given after the text was committed to", &hidden_run().checkpoints[12]);

  CHECK(count_of(mismatched(shown_run(), {chosen.checkpoints[0], chosen.checkpoints[1]})) == 0);
  CHECK(faults_of(shown_run(), chosen.checkpoints) == std::set<std::string>{"run.unseeded"});
}

TEST_CASE("V14: checkpoints that were interpolated between two trained ones") {
  std::vector<TrainingState> states;
  const auto& own = shown_run().checkpoints;
  for (std::size_t i = 0; i < own.size(); ++i) {
    states.push_back(i == 0 ? own[0]
                            : between(own[0], own[12], static_cast<double>(i) / 12.0, i * 20));
  }
  ContinuityCheck check(shown_run().trainer, shown_run().spec);
  for (const TrainingState& state : states) check.add(state);
  ContinuityCheck honest(shown_run().trainer, shown_run().spec);
  for (const TrainingState& state : own) honest.add(state);

  CHECK(count_of(mismatched(shown_run(), states)) == 12);
  // A sign, and no proof: they lie on a line, as no trained ones do.
  for (std::size_t i = 1; i < 12; ++i) CHECK(*check.signs()[i].off_line < 1e-3);
  for (std::size_t i = 1; i < 12; ++i) CHECK(*honest.signs()[i].off_line > 0.05);
}

TEST_CASE("V14: data that were chosen after the random value was known") {
  Bytes other = to_bytes(shown_run().text.bytes());
  std::ranges::reverse(other);
  const TrainingText chosen(std::move(other));

  CHECK(text_root(chosen) != shown_run().transcript.text_root);
  CHECK(chosen.seed(shown_run().spec.random) != shown_run().trainer.seed());
}

TEST_CASE("V14: samples in an order that suits") {
  // Trained with another s_rand, and shown as trained with the one that was given.
  const auto& other = hidden_run().checkpoints;

  CHECK(count_of(mismatched(shown_run(), {other[3], other[4]})) == 1);
  CHECK(faults_of(shown_run(), other) == std::set<std::string>{"run.unseeded"});
}

TEST_CASE("V14: a segment on other data than the transcript's is remembered no better than later") {
  const auto& own = shown_run().checkpoints;
  const auto& other = hidden_run().checkpoints;
  double honest = 0;
  double spoofed = 0;
  for (std::size_t i = 4; i < 11; ++i) {
    const auto sign = memorisation_of(shown_run().trainer, own[i], own[i + 1], 4);
    honest += sign.own - sign.later;
    const auto lie = memorisation_of(shown_run().trainer, other[i], other[i + 1], 4);
    spoofed += lie.own - lie.later;
  }

  // Evidence and no proof: of a small model on little data, a difference of means.
  CHECK(honest > spoofed);
}

TEST_CASE(
    "V14, NOT CAUGHT: a run that was trained honestly and shown, on chips that are not named") {
  // Replay says that the end follows from the beginning, and nothing about where it was done.
  CHECK(count_of(mismatched(hidden_run(),
                            {hidden_run().checkpoints[0], hidden_run().checkpoints[1]})) == 0);
  CHECK(faults_of(hidden_run(), hidden_run().checkpoints).empty());
}
