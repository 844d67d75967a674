// A real training run, on a text that every Debian machine has, sharded over sixteen emulated
// chips: declared, logged, read out, appraised and replayed.

#include <doctest/doctest.h>

#include "attestation/replay/replay.hpp"
#include "attestation/replay/trained_weights.hpp"
#include "ledger/base/file.hpp"
#include "ledger/merkle.hpp"
#include "tests/attestation/world.hpp"

namespace muster::attestation {
namespace {

using namespace test;

constexpr std::uint32_t chips = 16;

Bytes real_text() {
  // Of the package base-files, which is essential.
  Bytes text = must(read_file("/usr/share/common-licenses/GPL-3"));
  text.resize(std::min<std::size_t>(text.size(), 16'384));
  return text;
}

TrainingSpec spec_of_the_run(std::string_view random) {
  TrainingSpec spec;
  spec.context = 8;
  spec.width = 8;
  spec.hidden = 24;
  spec.batch = 8;
  spec.steps = 60;
  spec.checkpoint_every = 10;
  spec.random = crypto::sha256(random);
  return spec;
}

/// What the Prover trained, from s_rand to the chunks in memory.
struct Trained {
  explicit Trained(std::string_view random)
      : text(real_text()),
        spec(spec_of_the_run(random)),
        trainer(spec, text),
        weights(TranscriptCommitment{spec, text.bytes().size(), text_root(text), chips, 1024, {}}) {
    TrainingState state = trainer.initial();
    first_loss = trainer.loss(state, 1000);
    while (true) {
      weights.add(state);
      if (state.step % spec.checkpoint_every == 0) checkpoints.push_back(state);
      if (state.step == spec.steps) break;
      trainer.advance(state);
    }
    last_loss = trainer.loss(state, 1000);
  }

  TrainingText text;
  TrainingSpec spec;
  Trainer trainer;
  TrainedWeights weights;
  std::vector<TrainingState> checkpoints;
  double first_loss = 0;
  double last_loss = 0;
};

/// The run on days [10, 100), a step every 36 hours.
SyntheticRun on_chips(const Trained& trained, std::string_view name) {
  SyntheticRunSpec spec = run_spec(name);
  spec.shards = chips;
  spec.weight_chunks = trained.weights.chunks();
  spec.chunk_bytes = 1024;
  spec.step_ms = ms_per_day * 3 / 2;
  return SyntheticRun(spec, trained.weights.source());
}

ChipProfile small_chip() {
  ChipProfile profile = emulated_profile(rate("0.5"));
  profile.chunk_bytes = 1024;
  return profile;
}

struct Fleet {
  std::vector<Life> lives;
  std::vector<Seat> seats;

  Fleet() {
    for (std::uint32_t i = 0; i < chips; ++i) {
      lives.emplace_back(100 + i, small_chip());
      seats.push_back({lives.back().chip.chip(), i});
    }
  }
  [[nodiscard]] std::vector<Timestamp> instants() const {
    std::vector<Timestamp> all;
    for (const Life& life : lives) {
      const auto& own = life.chip.snapshot_instants();
      all.insert(all.end(), own.begin(), own.end());
    }
    return all;
  }
};

DeclarationIndex declared(const Declaration& declaration) {
  std::vector<FiledDeclaration> filed;
  filed.push_back({declaration, true});
  return DeclarationIndex(std::move(filed));
}

}  // namespace

TEST_CASE("sixteen chips that trained what was declared are all consistent, and the run replays") {
  const Trained trained("given after the text");
  CHECK(trained.last_loss < trained.first_loss - 1.0);
  const SyntheticRun run = on_chips(trained, "real-run");
  Fleet fleet;
  for (std::uint32_t i = 0; i < chips; ++i) fleet.lives[i].live(run.memory(fleet.seats[i]));
  const auto index = declared(run.declaration(fleet.seats, fleet.instants()));
  std::size_t snapshots = 0;
  for (const Life& life : fleet.lives) {
    const Appraisal result = appraise(life.subject(&index));
    CHECK(codes(result).empty());
    CHECK(result.verdict == ChipVerdict::consistent);
    snapshots += result.coverage.snapshots;
  }
  CHECK(snapshots > 16 * 20);
  for (std::size_t i = 0; i + 1 < trained.checkpoints.size(); ++i) {
    const auto replay =
        replay_segment(trained.trainer, trained.checkpoints[i], trained.checkpoints[i + 1]);
    CHECK(replay.grade == ReplayGrade::exact);
  }
}

TEST_CASE("chips that trained something else than was declared hold what no step explains") {
  const Trained shown("the run that is shown");
  const Trained hidden("the run that is hidden");
  const SyntheticRun declared_run = on_chips(shown, "shown");
  const SyntheticRun hidden_run = on_chips(hidden, "hidden");
  Fleet fleet;
  for (std::uint32_t i = 0; i < chips; ++i) {
    // Three chips worked for the other run.
    const SyntheticRun& own = i < 3 ? hidden_run : declared_run;
    fleet.lives[i].live(own.memory(fleet.seats[i]));
  }
  const auto index = declared(declared_run.declaration(fleet.seats, fleet.instants()));
  for (std::uint32_t i = 0; i < chips; ++i) {
    const Appraisal result = appraise(fleet.lives[i].subject(&index));
    CAPTURE(codes(result));
    CHECK((result.verdict == ChipVerdict::consistent) == (i >= 3));
    if (i < 3) CHECK(codes(result) == "snap.unexplained");
  }
}

TEST_CASE(
    "a chip that held another shard than declared is told apart from one with unknown memory") {
  const Trained trained("shards");
  const SyntheticRun run = on_chips(trained, "shards");
  Fleet fleet;
  for (std::uint32_t i = 0; i < chips; ++i) {
    const Seat held{fleet.seats[i].chip, i == 5 ? 6U : i};
    fleet.lives[i].live(run.memory(held));
  }
  const auto index = declared(run.declaration(fleet.seats, fleet.instants()));
  const Appraisal result = appraise(fleet.lives[5].subject(&index));
  CHECK(result.verdict != ChipVerdict::consistent);
  CHECK(codes(result).find("snap.wrong") != std::string::npos);
}

TEST_CASE("weights of ten days before are found by the time for which they were declared") {
  const Trained trained("late");
  const SyntheticRun run = on_chips(trained, "late");
  Fleet fleet;
  for (std::uint32_t i = 0; i < chips; ++i) {
    const MemoryAt honest = run.memory(fleet.seats[i]);
    const MemoryAt late = [&](Timestamp at, std::span<Hash> chunks) {
      honest(Timestamp{std::max(at.ms - 10 * ms_per_day, day(10).ms)}, chunks);
    };
    fleet.lives[i].live(i == 2 ? late : honest);
  }
  const auto index = declared(run.full_declaration(fleet.seats));
  CHECK(appraise(fleet.lives[1].subject(&index)).verdict == ChipVerdict::consistent);
  const Appraisal result = appraise(fleet.lives[2].subject(&index));
  CAPTURE(codes(result));
  CHECK(result.verdict != ChipVerdict::consistent);
  CHECK(codes(result).find("snap.wrong_time") != std::string::npos);
}

}  // namespace muster::attestation
