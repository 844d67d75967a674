#include "attestation/replay/external_replay.hpp"

#include <algorithm>
#include <cmath>

#include "ledger/base/check.hpp"

namespace muster::attestation {
namespace {

bool is_number_tensor(const ExternalTensor& tensor) { return has_numbers(*tensor.type); }

/// The numbers of all tensors that are no weights and can be read.
std::vector<double> state_numbers(const ExternalSpec& spec, const ExternalState& state) {
  std::vector<double> all;
  for (const ExternalTensor& tensor : spec.tensors) {
    if (tensor.is_weights || !is_number_tensor(tensor)) continue;
    const auto own = numbers_of(*tensor.type, tensor_of_state(state, tensor));
    all.insert(all.end(), own.begin(), own.end());
  }
  return all;
}

/// Whether a tensor other than readable weights is near enough: by its norm and by what the segment
/// changed of it, or to the byte. The Prover says which tensors are state, and weights that it
/// calls so change little.
bool is_tensor_near(const ExternalTensor& tensor, const ExternalState& begin,
                    const ExternalState& claimed, const ExternalState& state, double l2) {
  const ByteView a = tensor_of_state(claimed, tensor);
  const ByteView b = tensor_of_state(state, tensor);
  if (!is_number_tensor(tensor)) return std::ranges::equal(a, b);
  if (tensor.is_weights) return true;
  const auto numbers = numbers_of(*tensor.type, a);
  const double norm = distances(numbers, std::vector<double>(numbers.size())).l2;
  const double change =
      distances(numbers_of(*tensor.type, tensor_of_state(begin, tensor)), numbers).l2;
  return distances(numbers, numbers_of(*tensor.type, b)).l2 <= l2 * std::min(norm, change);
}

}  // namespace

SegmentReplay compare_external(const ExternalSpec& spec, const ExternalState& begin,
                               const ExternalState& end, const ExternalState& state,
                               const std::optional<Tolerance>& tolerance) {
  MUSTER_CHECK(begin.step < end.step);
  const auto claimed = weights_of(spec, end);
  SegmentReplay replay{begin.step,
                       end.step,
                       ReplayGrade::mismatched,
                       external_state_digest(end),
                       external_state_digest(state),
                       distances(claimed, weights_of(spec, state)),
                       distances(state_numbers(spec, end), state_numbers(spec, state)),
                       {},
                       distances(weights_of(spec, begin), claimed).l2};
  if (replay.claimed == replay.recomputed) {
    replay.grade = ReplayGrade::exact;
  } else if (tolerance && replay.weights.l2 <= tolerance->l2 * replay.update_norm &&
             replay.weights.linf <= tolerance->linf) {
    const bool is_near = std::ranges::all_of(spec.tensors, [&](const ExternalTensor& tensor) {
      return is_tensor_near(tensor, begin, end, state, tolerance->l2);
    });
    if (is_near) replay.grade = ReplayGrade::within;
  }
  return replay;
}

std::vector<RunFaultAt> external_state_faults(const ExternalSpec& spec,
                                              const ExternalState& state) {
  std::vector<RunFaultAt> faults;
  for (const ExternalTensor& tensor : spec.tensors) {
    if (!tensor.is_weights || !is_number_tensor(tensor)) continue;
    const auto numbers = numbers_of(*tensor.type, tensor_of_state(state, tensor));
    const auto none =
        std::ranges::find_if(numbers, [](double number) { return !std::isfinite(number); });
    if (none == numbers.end()) continue;
    faults.push_back({RunFault::not_a_state, state.step,
                      "tensor \"" + tensor.name + "\": number " +
                          std::to_string(none - numbers.begin()) + " is not finite"});
  }
  return faults;
}

void ExternalContinuity::add(const ExternalState& state) {
  const std::uint64_t due = step_ ? *step_ + spec_->checkpoint_every : 0;
  if (state.step != due) {
    faults_.push_back({RunFault::out_of_order, state.step,
                       "the checkpoint due is that of step " + std::to_string(due)});
  }
  for (RunFaultAt& fault : external_state_faults(*spec_, state)) {
    faults_.push_back(std::move(fault));
  }
  auto weights = weights_of(*spec_, state);
  if (step_ && state.step > *step_) {
    SegmentSign sign{*step_, state.step, distances(before_, weights).l2, std::nullopt};
    if (older_.size() == weights.size() && !older_.empty()) {
      sign.off_line = off_line(older_, before_, weights);
    }
    signs_.push_back(sign);
  }
  older_ = std::move(before_);
  before_ = std::move(weights);
  step_ = state.step;
}

void ExternalContinuity::finish() {
  if (step_ && *step_ == spec_->steps) return;
  faults_.push_back({RunFault::out_of_order, step_.value_or(0),
                     "the run ends at step " + std::to_string(spec_->steps)});
}

std::optional<double> update_jump(std::span<const SegmentSign> signs) {
  std::vector<double> norms;
  norms.reserve(signs.size());
  for (const SegmentSign& sign : signs) norms.push_back(sign.update_norm);
  if (norms.size() < 3) return std::nullopt;
  std::ranges::sort(norms);
  const double median = norms[norms.size() / 2];
  if (!(median > 0)) return std::nullopt;
  return norms.back() / median;
}

}  // namespace muster::attestation
