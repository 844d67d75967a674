#include "attestation/replay/trainer.hpp"

#include <cmath>

#include "attestation/replay/exact_math.hpp"
#include "attestation/replay/matrix.hpp"
#include "attestation/replay/model.hpp"
#include "attestation/replay/parameters.hpp"
#include "ledger/base/check.hpp"

namespace muster::attestation {
namespace {

/// Adam's numbers at one step. Source: Kingma, Ba 2015, algorithm 1.
struct Adam {
  float rate;
  float beta1;
  float beta2;
  float epsilon;
  float correction1;  // 1 / (1 - beta1^t)
  float correction2;
};

Adam adam_at(const TrainingSpec& spec, std::uint64_t step) {
  const double beta1 = decimal_of(spec.beta1).value();
  const double beta2 = decimal_of(spec.beta2).value();
  return {static_cast<float>(decimal_of(spec.learning_rate).value()),
          static_cast<float>(beta1),
          static_cast<float>(beta2),
          static_cast<float>(decimal_of(spec.epsilon).value()),
          static_cast<float>(1.0 / (1.0 - exact_power(beta1, step))),
          static_cast<float>(1.0 / (1.0 - exact_power(beta2, step)))};
}

void update(const Adam& adam, std::span<const float> gradient, TrainingState& state,
            std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    const float g = gradient[i];
    state.first[i] = adam.beta1 * state.first[i] + (1.0F - adam.beta1) * g;
    state.second[i] = adam.beta2 * state.second[i] + (1.0F - adam.beta2) * (g * g);
    const float mean = state.first[i] * adam.correction1;
    const float spread = std::sqrt(state.second[i] * adam.correction2) + adam.epsilon;
    state.weights[i] -= adam.rate * (mean / spread);
  }
}

}  // namespace

Trainer::Trainer(const TrainingSpec& spec, const TrainingText& text, std::size_t threads)
    : spec_(spec), text_(&text), threads_(threads), seed_(text.seed(spec.random)) {
  MUSTER_CHECK(check_training_spec(spec).has_value());
  MUSTER_CHECK(text.bytes().size() > spec.context);
}

TrainingState Trainer::initial() const { return initial_state(spec_, seed_); }

double Trainer::advance(TrainingState& state) const {
  const auto starts = text_->samples(seed_, state.step, spec_);
  std::vector<float> gradient(state.weights.size());
  const double loss =
      loss_and_gradient(spec_, state.weights, {text_->bytes(), starts}, threads_, gradient);
  state.step += 1;
  const Adam adam = adam_at(spec_, state.step);
  for_parts(gradient.size(), threads_,
            [&](std::size_t begin, std::size_t end) { update(adam, gradient, state, begin, end); });
  return loss;
}

double Trainer::loss(const TrainingState& state, std::uint64_t step) const {
  const auto starts = text_->samples(seed_, step, spec_);
  std::vector<float> gradient(state.weights.size());
  return loss_and_gradient(spec_, state.weights, {text_->bytes(), starts}, threads_, gradient);
}

}  // namespace muster::attestation
