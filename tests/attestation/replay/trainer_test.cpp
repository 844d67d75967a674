#include "attestation/replay/trainer.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "attestation/replay/exact_math.hpp"
#include "attestation/replay/model.hpp"
#include "attestation/replay/parameters.hpp"
#include "tests/attestation/replay/small_run.hpp"
#include "tests/support/must.hpp"

namespace muster::attestation {
namespace {

using muster::test::must;
using test::small_spec;
using test::small_text;

/// The loss as a function of one weight, for differences.
double loss_with(const TrainingSpec& spec, std::vector<float> weights, std::size_t at, float value,
                 const Batch& batch) {
  weights[at] = value;
  std::vector<float> gradient(weights.size());
  return loss_and_gradient(spec, weights, batch, 1, gradient);
}

}  // namespace

TEST_CASE("the exponential is within one unit in the last place, everywhere") {
  for (double x = -103.9; x < 88.7; x += 0.0137) {
    const auto argument = static_cast<float>(x);
    const auto wanted = static_cast<float>(std::exp(static_cast<double>(argument)));
    const float got = exact_exp(argument);
    CHECK(got >= std::nextafter(wanted, 0.0F));
    CHECK(got <= std::nextafter(wanted, INFINITY));
  }
  CHECK(exact_exp(0.0F) == 1.0F);
  CHECK(exact_exp(100.0F) == INFINITY);
  CHECK(exact_exp(-200.0F) == 0.0F);
}

TEST_CASE("the logarithm and powers agree with the C library") {
  for (double x = 1e-6; x < 1e6; x *= 1.07) {
    CHECK(std::abs(exact_log(x) - std::log(x)) <= 4e-15 * std::max(1.0, std::abs(std::log(x))));
  }
  CHECK(exact_power(0.999, 1000) == doctest::Approx(std::pow(0.999, 1000)).epsilon(1e-13));
  CHECK(exact_power(0.5, 0) == 1.0);
}

TEST_CASE("the gradient of each tensor is the slope of the loss") {
  for (const ModelKind kind : {ModelKind::mlp, ModelKind::transformer}) {
    TrainingSpec spec = small_spec(kind);
    spec.batch = 3;
    const TrainingText text = small_text();
    const Trainer trainer(spec, text);
    TrainingState state = trainer.initial();
    for (int step = 0; step < 3; ++step) trainer.advance(state);
    const auto starts = text.samples(trainer.seed(), 7, spec);
    const Batch batch{text.bytes(), starts};
    std::vector<float> gradient(state.weights.size());
    loss_and_gradient(spec, state.weights, batch, 1, gradient);
    for (const Parameter& parameter : parameters_of(spec)) {
      CAPTURE(parameter.name);
      // The steepest number of the tensor: where the difference stands out of float32's noise.
      std::size_t at = parameter.offset;
      for (std::size_t i = 0; i < parameter.count; ++i) {
        if (std::abs(gradient[parameter.offset + i]) > std::abs(gradient[at])) {
          at = parameter.offset + i;
        }
      }
      const float h = 4e-3F;
      const float value = state.weights[at];
      const double slope = (loss_with(spec, state.weights, at, value + h, batch) -
                            loss_with(spec, state.weights, at, value - h, batch)) /
                           (static_cast<double>(value + h) - static_cast<double>(value - h));
      CHECK(static_cast<double>(gradient[at]) == doctest::Approx(slope).epsilon(0.03));
    }
  }
}

TEST_CASE("a run learns: its loss falls well below that of guessing") {
  for (const ModelKind kind : {ModelKind::mlp, ModelKind::transformer}) {
    const TrainingSpec spec = small_spec(kind);
    const TrainingText text = small_text();
    const Trainer trainer(spec, text);
    TrainingState state = trainer.initial();
    const double first = trainer.advance(state);
    double last = first;
    while (state.step < 60) last = trainer.advance(state);
    CHECK(first > 5.0);  // ln 256 is 5.55
    CHECK(last < 3.2);
  }
}

TEST_CASE("the number of threads changes no bit") {
  for (const ModelKind kind : {ModelKind::mlp, ModelKind::transformer}) {
    const TrainingSpec spec = small_spec(kind);
    const TrainingText text = small_text();
    TrainingState alone = Trainer(spec, text, 1).initial();
    TrainingState split = alone;
    for (int step = 0; step < 4; ++step) {
      Trainer(spec, text, 1).advance(alone);
      Trainer(spec, text, static_cast<std::size_t>(step) + 2).advance(split);
    }
    CHECK(alone == split);
  }
}

TEST_CASE("a run that goes on from a checkpoint is the run that did not stop") {
  const TrainingSpec spec = small_spec(ModelKind::transformer);
  const TrainingText text = small_text();
  const Trainer trainer(spec, text);
  TrainingState whole = trainer.initial();
  for (int step = 0; step < 3; ++step) trainer.advance(whole);
  TrainingState resumed = must(parse_checkpoint(spec, encode_checkpoint(spec, whole)));
  CHECK(resumed == whole);
  CHECK(state_digest(resumed) == state_digest(whole));
  trainer.advance(whole);
  trainer.advance(resumed);
  CHECK(state_digest(resumed) == state_digest(whole));
}

TEST_CASE("weights and order follow from the text and the random value, and from nothing else") {
  const TrainingSpec spec = small_spec(ModelKind::mlp);
  const TrainingText text = small_text();
  Bytes changed = to_bytes(text.bytes());
  changed.back() ^= 1U;
  TrainingSpec other = spec;
  other.random.bytes[31] ^= 1U;
  const Hash seed = text.seed(spec.random);
  CHECK(TrainingText(changed).seed(spec.random) != seed);
  CHECK(text.seed(other.random) != seed);
  CHECK(initial_state(spec, seed) == Trainer(spec, text).initial());
  CHECK(text.samples(seed, 0, spec) != text.samples(seed, 1, spec));
  for (const std::size_t start : text.samples(seed, 5, spec)) {
    CHECK(start + spec.context < text.bytes().size());
  }
}

TEST_CASE("what a step costs is counted product by product") {
  TrainingSpec spec = small_spec(ModelKind::mlp);
  spec.batch = 1;
  const std::uint64_t mlp = std::uint64_t{spec.context} * spec.width * spec.hidden +
                            std::uint64_t{spec.hidden} * spec.hidden + spec.hidden * 256U;
  CHECK(flop_per_step(spec) == 6 * mlp);
  TrainingSpec deep = small_spec(ModelKind::transformer);
  const std::uint64_t block =
      std::uint64_t{4} * deep.width * deep.width + std::uint64_t{2} * deep.width * deep.hidden;
  const std::uint64_t tokens = std::uint64_t{deep.batch} * deep.context;
  const std::uint64_t pairs = std::uint64_t{deep.batch} * deep.context * (deep.context + 1) / 2;
  CHECK(flop_per_step(deep) == 6 * tokens * (deep.layers * block + deep.width * 256U) +
                                   12 * deep.layers * pairs * deep.width);
}

}  // namespace muster::attestation
