#include "attestation/replay/continuity.hpp"

#include <cmath>

#include "attestation/replay/exact_math.hpp"
#include "attestation/replay/parameters.hpp"
#include "attestation/replay/replay.hpp"

namespace muster::attestation {
namespace {

constexpr double rounding_slack = 1.01;

bool is_state(const TrainingState& state, std::size_t count) {
  if (state.weights.size() != count || state.first.size() != count ||
      state.second.size() != count) {
    return false;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!std::isfinite(state.weights[i]) || !std::isfinite(state.first[i]) ||
        !std::isfinite(state.second[i]) || state.second[i] < 0) {
      return false;
    }
  }
  return true;
}

template <class Number>
double beside_line(std::span<const Number> a, std::span<const Number> middle,
                   std::span<const Number> b) {
  OffLineSum sum;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum.add(static_cast<double>(a[i]), static_cast<double>(middle[i]), static_cast<double>(b[i]));
  }
  return sum.result();
}

}  // namespace

void OffLineSum::add(double a, double middle, double b) {
  const double line = b - a;
  const double part = middle - a;
  along_ += line * part;
  length_ += line * line;
  squares_ += part * part;
}

double OffLineSum::result() const {
  if (length_ == 0) return squares_ == 0 ? 0 : 1;
  return std::sqrt(std::max(0.0, squares_ - along_ * along_ / length_) / length_);
}

double off_line(std::span<const float> a, std::span<const float> middle, std::span<const float> b) {
  return beside_line(a, middle, b);
}

double off_line(std::span<const double> a, std::span<const double> middle,
                std::span<const double> b) {
  return beside_line(a, middle, b);
}

std::vector<RunFaultAt> state_faults(const TrainingState& state, const TrainingState& initial) {
  std::vector<RunFaultAt> faults;
  if (!is_state(state, initial.weights.size())) {
    faults.push_back(
        {RunFault::not_a_state, state.step, "a number that is none, or a negative second moment"});
  }
  if (state.step == 0 && state_digest(state) != state_digest(initial)) {
    faults.push_back({RunFault::unseeded, state.step,
                      "the initial weights do not follow from the data and the random value"});
  }
  return faults;
}

std::string_view run_fault_code(RunFault fault) {
  switch (fault) {
    case RunFault::unseeded:
      return "run.unseeded";
    case RunFault::out_of_order:
      return "run.out_of_order";
    case RunFault::not_a_state:
      return "run.not_a_state";
    case RunFault::impossible:
      return "run.impossible_update";
  }
  return "run.not_a_state";
}

double most_adam_moves(const TrainingSpec& spec, std::uint64_t from, std::uint64_t to) {
  const double rate = decimal_of(spec.learning_rate).value();
  const double b1 = decimal_of(spec.beta1).value();
  const double b2 = decimal_of(spec.beta2).value();
  const double q = b1 * b1 / b2;
  double sum = 0;
  for (std::uint64_t t = from + 1; t <= to; ++t) {
    const double steps =
        std::abs(1 - q) < 1e-12 ? static_cast<double>(t) : (1 - exact_power(q, t)) / (1 - q);
    sum += std::sqrt(steps * (1 - exact_power(b2, t))) / (1 - exact_power(b1, t));
  }
  return rounding_slack * rate * (1 - b1) / std::sqrt(1 - b2) * sum;
}

ContinuityCheck::ContinuityCheck(const Trainer& trainer, const TrainingSpec& spec)
    : spec_(spec), first_(trainer.initial()) {}

void ContinuityCheck::add(const TrainingState& state) {
  look_at(state);
  if (before_) {
    compare(state);
    older_ = std::move(before_->weights);
  }
  before_ = state;
}

void ContinuityCheck::look_at(const TrainingState& state) {
  const std::uint64_t due = before_ ? before_->step + spec_.checkpoint_every : 0;
  if (state.step != due) {
    faults_.push_back({RunFault::out_of_order, state.step,
                       "the checkpoint due is that of step " + std::to_string(due)});
  }
  for (RunFaultAt& fault : state_faults(state, first_)) faults_.push_back(std::move(fault));
}

void ContinuityCheck::compare(const TrainingState& state) {
  if (state.step <= before_->step || state.weights.size() != before_->weights.size()) return;
  const Distances moved = distances(before_->weights, state.weights);
  const double most = most_adam_moves(spec_, before_->step, state.step);
  if (!(moved.linf <= most)) {
    faults_.push_back({RunFault::impossible, state.step,
                       "a weight moved by " + std::to_string(moved.linf) + " since step " +
                           std::to_string(before_->step) + ", and Adam moves none by more than " +
                           std::to_string(most)});
  }
  SegmentSign sign{before_->step, state.step, moved.l2, std::nullopt};
  if (older_.size() == state.weights.size()) {
    sign.off_line = off_line(older_, before_->weights, state.weights);
  }
  signs_.push_back(sign);
}

void ContinuityCheck::finish() {
  if (before_ && before_->step == spec_.steps) return;
  faults_.push_back({RunFault::out_of_order, before_ ? before_->step : 0,
                     "the run ends at step " + std::to_string(spec_.steps)});
}

}  // namespace muster::attestation
