// A real training run, on a text that every Debian machine has, sharded over sixteen emulated
// chips: declared, logged, read out, appraised, accounted for and replayed.

#include "attestation/account/account.hpp"
#include "attestation/device/log_reader.hpp"
#include "attestation/replay/continuity.hpp"
#include "attestation/replay/declared_steps.hpp"
#include "attestation/replay/parameters.hpp"
#include "attestation/replay/replay.hpp"
#include "tests/attestation/evasions/trial.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;

namespace {

/// The slowest chip that a catalogue can hold: a million operations a second.
catalogue::ChipModel slowest_model() {
  using catalogue::Fixed;
  return {.name = "emulated",
          .vendor = "nobody",
          .release = "",
          .rates = {{"FP32", 32, Fixed::from_units(1)}},
          .memory_gb = Fixed::from_units(1'000'000),
          .memory_tb_per_s = {},
          .power_w = {},
          .die_area_mm2 = {},
          .published_tpp = {},
          .sparse_ratio = {},
          .log_profile = "emulated-v1",
          .source = "",
          .confidence = "",
          .notes = ""};
}

}  // namespace

TEST_CASE("the text is real, and the run learns it") {
  const TrainedRun& run = shown_run();

  CHECK(run.text.bytes().size() > 10'000);
  CHECK(run.last_loss < run.first_loss - 1.5);
  CHECK(run.checkpoints.size() == 13);
}

TEST_CASE("sixteen chips that trained what was declared are all consistent") {
  const Trial trial;

  trial.check_only({});
  std::uint64_t snapshots = 0;
  std::uint64_t due = 0;
  for (std::uint32_t shard = 0; shard < fleet_chips; ++shard) {
    const Appraisal result = trial.appraised(shard);
    CHECK(result.verdict == ChipVerdict::consistent);
    CHECK(result.not_run.empty());
    snapshots += result.coverage.snapshots;
    due += result.coverage.due;
  }
  CHECK(snapshots > 600);  // 0.5 a day on 16 chips for 90 days
  CHECK(due >= snapshots);
}

TEST_CASE("power cuts, drift, updates and read-outs on the way accuse nobody") {
  const Trial trial({}, {{1, Mishap::power_cut},
                         {2, Mishap::drift},
                         {3, Mishap::firmware_update},
                         {4, Mishap::read_out}});

  trial.check_only({});
  const DeviceLog cut = read_log(trial.fleet.chips[1].read.log);
  const DeviceLog updated = read_log(trial.fleet.chips[3].read.log);
  CHECK(cut.offs.size() == 1);
  CHECK(updated.firmwares.size() == 2);
  CHECK(trial.fleet.chips[4].ledgered.size() == 3);
  CHECK(trial.fleet.chips[2].read.log != Trial().fleet.chips[2].read.log);
}

TEST_CASE("a mishap on a chip that evades hides nothing") {
  const Trial trial({{5, Evasion::suppress}, {6, Evasion::reflash}},
                    {{5, Mishap::power_cut}, {6, Mishap::firmware_update}});

  trial.check_only({{5, "count.missing"}, {6, "fw.unknown"}});
}

TEST_CASE("some snapshots fall in the middle of a step, and hold chunks of two") {
  const Trial trial;
  const std::int64_t step_ms = trial.spec.window.length_ms() / 240;
  std::size_t mid_step = 0;
  for (const FleetChip& chip : trial.fleet.chips) {
    for (const Timestamp at : chip.instants) {
      const bool running = at >= trial.spec.window.from && at < trial.spec.window.to;
      const std::int64_t into = (at.ms - trial.spec.window.from.ms) % step_ms;
      mid_step += running && into > step_ms * 15 / 16 ? 1U : 0U;
    }
  }
  CHECK(mid_step > 20);
}

TEST_CASE("what lay in memory is what the committed transcript leads to, at every declared step") {
  const Trial trial;
  const TrainedRun& run = shown_run();
  DeclaredSteps declared(trial.fleet.declaration, run.transcript);
  ContinuityCheck continuity(run.trainer, run.spec);

  for (const TrainingState& state : run.checkpoints) continuity.add(state);
  continuity.finish();
  std::size_t exact = 0;
  for (std::size_t i = 0; i + 1 < run.checkpoints.size(); ++i) {
    TrainingState state = run.checkpoints[i];
    declared.compare(state);
    while (state.step < run.checkpoints[i + 1].step) {
      run.trainer.advance(state);
      declared.compare(state);
    }
    const auto replay = compare_replay(run.checkpoints[i], run.checkpoints[i + 1], state);
    exact += replay.grade == ReplayGrade::exact ? 1U : 0U;
  }

  CHECK(continuity.faults().empty());
  CHECK(exact == 12);
  CHECK(declared.otherwise().empty());
  CHECK(declared.compared() == declared.declared());
  CHECK(declared.declared() > 16 * 150);
}

TEST_CASE("the account of the run has one note: the slowest chip of a catalogue is too fast") {
  const Trial trial;
  const auto model = slowest_model();
  const std::vector<AccountedProduct> products{{"emulated", &model}};
  std::vector<AccountedChip> chips;
  for (const FleetChip& chip : trial.fleet.chips) {
    chips.push_back({chip.seat.chip, 0, trial.spec.window.length_ms()});
  }
  const TrainingSpec& spec = shown_run().spec;
  const std::uint64_t seen = spec.batch * spec.steps;
  const std::vector<AccountedRun> runs{
      {.run = trial.spec.run,
       .prover = "northwind",
       .window = trial.spec.window,
       .flop = must(stats::Decimal::parse(trial.fleet.declaration.metadata.flop)),
       .parameters = must(stats::Decimal::parse(trial.fleet.declaration.metadata.parameters)),
       .bytes_per_parameter = 12,
       .format = "FP32",
       .tokens = seen,
       .active_parameters = flop_per_step(spec) / (6 * spec.batch),  // embeddings are looked up
       .assignments = trial.fleet.declaration.assignments}};

  const Account account = account_of(trial.spec.window, products, chips, runs);

  REQUIRE(account.findings.size() == 1);
  CHECK(account.findings[0].code == "flop.unexplained");
  CHECK(account.findings[0].severity == Severity::note);
  CHECK(account.declared == runs[0].flop);
  CHECK(account.free_at_peak == stats::Decimal());
}
