#include "attestation/replay/replay.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <set>

#include "attestation/replay/continuity.hpp"
#include "attestation/replay/memorisation.hpp"
#include "attestation/replay/segments.hpp"
#include "tests/attestation/replay/small_run.hpp"

namespace muster::attestation {
namespace {

using test::small_run;
using test::SmallRun;

std::vector<RunFaultAt> faults_of(const SmallRun& run,
                                  const std::vector<TrainingState>& checkpoints) {
  ContinuityCheck check(run.trainer, run.transcript.spec);
  for (const TrainingState& state : checkpoints) check.add(state);
  check.finish();
  return check.faults();
}

/// What the fault codes of a run are.
std::set<std::string_view> codes_of(const SmallRun& run,
                                    const std::vector<TrainingState>& checkpoints) {
  std::set<std::string_view> codes;
  for (const auto& found : faults_of(run, checkpoints)) codes.insert(run_fault_code(found.fault));
  return codes;
}

}  // namespace

TEST_CASE("distances are those of their definitions") {
  const std::vector<float> a{3, 0, 4};
  const std::vector<float> b{0, 0, 5};
  const Distances apart = distances(a, b);
  CHECK(apart.l1 == 4);
  CHECK(apart.l2 == doctest::Approx(std::sqrt(10.0)));
  CHECK(apart.linf == 3);
  CHECK(apart.cosine == doctest::Approx(1 - 20.0 / (5 * 5)));
  CHECK(distances(a, a).cosine == doctest::Approx(0));
  CHECK(distances(b, std::vector<float>(3)).cosine == 1);
  CHECK(std::isinf(distances(a, std::vector<float>{NAN, 0, 0}).l2));
}

TEST_CASE("every segment of an honest run is replayed to the bit") {
  for (const ModelKind kind : {ModelKind::mlp, ModelKind::transformer}) {
    const auto run = small_run(kind);
    for (std::size_t i = 0; i + 1 < run.checkpoints.size(); ++i) {
      const auto replay = replay_segment(run.trainer, run.checkpoints[i], run.checkpoints[i + 1]);
      CHECK(replay.grade == ReplayGrade::exact);
      CHECK(replay.weights.linf == 0);
      CHECK(replay.update_norm > 0);
    }
  }
}

TEST_CASE("the smallest lie in a segment is seen: one bit, one sample, one step") {
  const auto run = small_run(ModelKind::mlp);
  const TrainingState& begin = run.checkpoints[2];
  TrainingState bit = run.checkpoints[3];
  bit.first[7] = std::nextafter(bit.first[7], 1.0F);
  CHECK(replay_segment(run.trainer, begin, bit).grade == ReplayGrade::mismatched);

  Bytes bytes = to_bytes(run.text->bytes());
  for (const std::size_t start :
       run.text->samples(run.trainer.seed(), begin.step, run.transcript.spec)) {
    bytes[start] = bytes[start] == 'x' ? 'y' : 'x';
    break;
  }
  // The same seed, and another text under it: what a liar trains on.
  TrainingState other = begin;
  const TrainingText lie(bytes);
  const auto gradient_run = [&](const TrainingText& text) {
    TrainingSpec spec = run.transcript.spec;
    return Trainer(spec, text);
  };
  gradient_run(lie).advance(other);
  while (other.step < run.checkpoints[3].step) run.trainer.advance(other);
  CHECK(replay_segment(run.trainer, begin, other).grade == ReplayGrade::mismatched);

  TrainingState skipped = begin;
  while (skipped.step + 1 < run.checkpoints[3].step) run.trainer.advance(skipped);
  skipped.step += 1;
  CHECK(replay_segment(run.trainer, begin, skipped).grade == ReplayGrade::mismatched);
}

TEST_CASE("within a tolerance is graded, and never called exact") {
  const auto run = small_run(ModelKind::mlp);
  TrainingState near = run.checkpoints[3];
  near.weights[0] += 1e-6F;
  const Tolerance tolerance{1e-3, 1e-5};
  CHECK(replay_segment(run.trainer, run.checkpoints[2], near, tolerance).grade ==
        ReplayGrade::within);
  near.weights[0] += 1e-3F;
  CHECK(replay_segment(run.trainer, run.checkpoints[2], near, tolerance).grade ==
        ReplayGrade::mismatched);
  near.weights[0] = NAN;
  CHECK(replay_segment(run.trainer, run.checkpoints[2], near, tolerance).grade ==
        ReplayGrade::mismatched);
}

TEST_CASE("an honest run has no fault, and each forgery of its checkpoints has its own") {
  const auto run = small_run(ModelKind::transformer);
  CHECK(faults_of(run, run.checkpoints).empty());

  auto chosen = run.checkpoints;
  chosen.front().weights[3] += 0.01F;
  CHECK(codes_of(run, chosen) == std::set<std::string_view>{"run.unseeded"});

  auto jump = run.checkpoints;
  for (std::size_t i = 4; i < jump.size(); ++i) jump[i].weights[0] += 2;
  CHECK(codes_of(run, jump) == std::set<std::string_view>{"run.impossible_update"});

  auto missing = run.checkpoints;
  missing.erase(missing.begin() + 3);
  CHECK(codes_of(run, missing).contains("run.out_of_order"));
  auto cut = run.checkpoints;
  cut.pop_back();
  CHECK(codes_of(run, cut) == std::set<std::string_view>{"run.out_of_order"});

  auto broken = run.checkpoints;
  broken[5].second[0] = -1e-9F;
  CHECK(codes_of(run, broken) == std::set<std::string_view>{"run.not_a_state"});
  broken = run.checkpoints;
  broken[5].weights[0] = std::numeric_limits<float>::quiet_NaN();
  CHECK(codes_of(run, broken).contains("run.not_a_state"));
}

TEST_CASE("Adam moves no number further than its bound, whatever the gradients") {
  TrainingSpec spec = test::small_spec(ModelKind::mlp);
  spec.learning_rate = "0.5";
  // The worst known: no gradient for long, and then a steep one.
  for (const std::uint64_t quiet : {0U, 1U, 5U, 20U, 200U}) {
    double m = 0;
    double v = 0;
    double w = 0;
    for (std::uint64_t t = 1; t <= quiet + 10; ++t) {
      const double g = t > quiet ? 1 : 0;
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      if (v > 0) w -= 0.5 * (m / (1 - std::pow(0.9, t))) / std::sqrt(v / (1 - std::pow(0.999, t)));
    }
    CHECK(std::abs(w) <= most_adam_moves(spec, quiet, quiet + 10));
    CHECK(most_adam_moves(spec, quiet, quiet + 10) <= 8 * 0.5 * 10);
  }
}

TEST_CASE(
    "an interpolated checkpoint lies on the line between its neighbours, a trained one does not") {
  const auto run = small_run(ModelKind::mlp);
  const auto signs_of = [&](const std::vector<TrainingState>& checkpoints) {
    ContinuityCheck check(run.trainer, run.transcript.spec);
    for (const TrainingState& state : checkpoints) check.add(state);
    return check.signs();
  };
  for (const SegmentSign& sign : signs_of(run.checkpoints)) {
    if (sign.off_line) CHECK(*sign.off_line > 0.05);
  }
  auto forged = run.checkpoints;
  for (std::size_t i = 0; i < forged[4].weights.size(); ++i) {
    forged[4].weights[i] = 0.5F * (forged[3].weights[i] + forged[5].weights[i]);
  }
  CHECK(*signs_of(forged)[4].off_line < 1e-3);
}

TEST_CASE(
    "segments are drawn without repetition, each as likely as the next, and by the seed alone") {
  std::vector<std::uint64_t> drawn(10);
  std::vector<double> norms{1, 9, 2, 8, 3, 7, 4, 6, 5, 0};
  for (int round = 0; round < 4000; ++round) {
    const Hash seed = crypto::sha256("round " + std::to_string(round));
    const auto choice = choose_segments(10, 3, 2, seed, norms);
    std::set<std::uint64_t> all(choice.uniform.begin(), choice.uniform.end());
    all.insert(choice.largest.begin(), choice.largest.end());
    CHECK(all.size() == 5);
    for (const std::uint64_t one : choice.uniform) drawn[one] += 1;
    CHECK(choose_segments(10, 3, 2, seed, norms).uniform == choice.uniform);
    // What was not drawn and has the largest update is there.
    if (!all.contains(1)) FAIL("the largest update was left out");
  }
  // 1,200 each are expected, with a deviation of 29.
  for (const std::uint64_t count : drawn) CHECK(std::abs(static_cast<double>(count) - 1200) < 150);
  CHECK(replay_detection(10, 1, 3) == doctest::Approx(0.3));
  CHECK(replay_detection(1000, 10, 258) == doctest::Approx(0.9507).epsilon(0.001));
  CHECK(replay_detection(10, 0, 3) == 0);
}

TEST_CASE("a run remembers what it just learned, and a spoofed one does not") {
  const auto run = small_run(ModelKind::mlp);
  std::vector<MemorisationSign> honest;
  std::vector<MemorisationSign> spoofed;
  for (std::size_t i = 0; i + 2 < run.checkpoints.size(); ++i) {
    honest.push_back(memorisation_of(run.trainer, run.checkpoints[i], run.checkpoints[i + 1], 5));
    TrainingState end = run.checkpoints[i];
    end.step = run.checkpoints[i + 1].step;
    for (std::size_t k = 0; k < end.weights.size(); ++k) {
      end.weights[k] += (k % 2 == 0 ? 1e-3F : -1e-3F);
    }
    spoofed.push_back(memorisation_of(run.trainer, run.checkpoints[i], end, 5));
  }
  CHECK(memorisation_p_value(honest) > 0.5);
  CHECK(memorisation_p_value({}) == 1.0);
  std::vector<MemorisationSign> none(10, MemorisationSign{0, 5, 0.1, 0.2});
  CHECK(memorisation_p_value(none) == doctest::Approx(1.0 / 1024));
  // A wobble of the weights teaches nothing: it favours the segment's own data no more than later.
  const auto favour = [](const std::vector<MemorisationSign>& signs) {
    double sum = 0;
    for (const MemorisationSign& sign : signs) sum += sign.own - sign.later;
    return sum / static_cast<double>(signs.size());
  };
  CHECK(favour(honest) > 0.01);
  CHECK(favour(spoofed) < favour(honest) / 4);
}

}  // namespace muster::attestation
