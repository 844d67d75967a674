#include "attestation/replay/trainer.hpp"

#include "attestation/replay/adam.hpp"
#include "attestation/replay/matrix.hpp"
#include "attestation/replay/model.hpp"
#include "ledger/base/check.hpp"

namespace muster::attestation {
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
  for_parts(gradient.size(), threads_, [&](std::size_t begin, std::size_t end) {
    const auto part = [&](std::vector<float>& all) {
      return std::span(all).subspan(begin, end - begin);
    };
    adam_step(adam, part(gradient), part(state.weights), part(state.first), part(state.second));
  });
  return loss;
}

double Trainer::loss(const TrainingState& state, std::uint64_t step) const {
  const auto starts = text_->samples(seed_, step, spec_);
  std::vector<float> gradient(state.weights.size());
  return loss_and_gradient(spec_, state.weights, {text_->bytes(), starts}, threads_, gradient);
}

}  // namespace muster::attestation
