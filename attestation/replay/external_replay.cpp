#include "attestation/replay/external_replay.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "ledger/base/check.hpp"

namespace muster::attestation {
namespace {

bool is_number_tensor(const ExternalTensor& tensor) { return has_numbers(*tensor.type); }

/// The claimed end of a segment beside the one that a program came to, tensor by tensor.
class EndComparison final {
 public:
  EndComparison(const ExternalState& begin, const ExternalState& claimed, const ExternalState& made)
      : states_{&begin, &claimed, &made} {}

  Result<void> add(const ExternalTensor& tensor, const std::optional<Tolerance>& tolerance) {
    if (!is_number_tensor(tensor)) {
      MUSTER_TRY_ASSIGN(const bool same,
                        have_same_bytes(*states_[1], *states_[2], tensor.offset, tensor.bytes));
      are_near_ = are_near_ && same;
      return {};
    }
    return tensor.is_weights ? add_weights(tensor) : add_state(tensor, tolerance);
  }

  [[nodiscard]] Distances weights() const { return weights_.result(); }
  [[nodiscard]] Distances state() const { return state_.result(); }
  [[nodiscard]] double update_norm() const { return update_.result().l2; }
  /// Of all tensors but weights that can be read.
  [[nodiscard]] bool are_others_near() const { return are_near_; }

 private:
  Result<void> add_weights(const ExternalTensor& tensor) {
    return read_numbers(tensor, states_, [&](NumberBlock block) {
      for (std::size_t i = 0; i < block[1].size(); ++i) {
        weights_.add(block[1][i], block[2][i]);
        update_.add(block[0][i], block[1][i]);
      }
      return true;
    });
  }

  /// Near by its norm and by what the segment changed of it: the Prover says which tensors are
  /// state, and weights that it calls so change little.
  Result<void> add_state(const ExternalTensor& tensor, const std::optional<Tolerance>& tolerance) {
    DistanceSum apart;
    DistanceSum norm;
    DistanceSum change;
    MUSTER_TRY(read_numbers(tensor, states_, [&](NumberBlock block) {
      for (std::size_t i = 0; i < block[1].size(); ++i) {
        const double claimed = block[1][i];
        state_.add(claimed, block[2][i]);
        apart.add(claimed, block[2][i]);
        norm.add(claimed, 0);
        change.add(block[0][i], claimed);
      }
      return true;
    }));
    const double least = std::min(norm.result().l2, change.result().l2);
    are_near_ = are_near_ && tolerance && apart.result().l2 <= tolerance->l2 * least;
    return {};
  }

  std::array<const ExternalState*, 3> states_;  // begin, claimed end, the end made
  DistanceSum weights_;
  DistanceSum state_;
  DistanceSum update_;
  bool are_near_ = true;
};

}  // namespace

Result<SegmentReplay> compare_external(const ExternalSpec& spec, const ExternalState& begin,
                                       const ExternalState& end, const ExternalState& state,
                                       const std::optional<Tolerance>& tolerance) {
  MUSTER_CHECK(begin.step() < end.step());
  EndComparison comparison(begin, end, state);
  for (const ExternalTensor& tensor : spec.tensors) {
    MUSTER_TRY(comparison.add(tensor, tolerance));
  }
  MUSTER_TRY_ASSIGN(const Hash claimed, external_state_digest(end));
  MUSTER_TRY_ASSIGN(const Hash recomputed, external_state_digest(state));
  SegmentReplay replay{begin.step(),
                       end.step(),
                       ReplayGrade::mismatched,
                       claimed,
                       recomputed,
                       comparison.weights(),
                       comparison.state(),
                       {},
                       comparison.update_norm()};
  if (claimed == recomputed) {
    replay.grade = ReplayGrade::exact;
  } else if (tolerance && replay.weights.l2 <= tolerance->l2 * replay.update_norm &&
             replay.weights.linf <= tolerance->linf && comparison.are_others_near()) {
    replay.grade = ReplayGrade::within;
  }
  return replay;
}

Result<std::vector<RunFaultAt>> external_state_faults(const ExternalSpec& spec,
                                                      const ExternalState& state) {
  std::vector<RunFaultAt> faults;
  const std::array<const ExternalState*, 1> states{&state};
  for (const ExternalTensor& tensor : spec.tensors) {
    if (!tensor.is_weights || !is_number_tensor(tensor)) continue;
    std::uint64_t finite = 0;
    MUSTER_TRY(read_numbers(tensor, states, [&](NumberBlock block) {
      const auto none =
          std::ranges::find_if(block[0], [](double number) { return !std::isfinite(number); });
      finite += static_cast<std::uint64_t>(none - block[0].begin());
      return none == block[0].end();
    }));
    if (finite == tensor.count()) continue;
    faults.push_back(
        {RunFault::not_a_state, state.step(),
         "tensor \"" + tensor.name + "\": number " + std::to_string(finite) + " is not finite"});
  }
  return faults;
}

Result<void> ExternalContinuity::add(ExternalState state) {
  const std::uint64_t due = before_ ? before_->step() + spec_->checkpoint_every : 0;
  if (state.step() != due) {
    faults_.push_back({RunFault::out_of_order, state.step(),
                       "the checkpoint due is that of step " + std::to_string(due)});
  }
  MUSTER_TRY_ASSIGN(auto faults, external_state_faults(*spec_, state));
  for (RunFaultAt& fault : faults) faults_.push_back(std::move(fault));
  if (before_ && state.step() > before_->step()) {
    MUSTER_TRY_ASSIGN(const SegmentSign sign, sign_of(state));
    signs_.push_back(sign);
  }
  older_ = std::move(before_);
  before_ = std::move(state);
  return {};
}

Result<SegmentSign> ExternalContinuity::sign_of(const ExternalState& state) const {
  std::vector<const ExternalState*> states{&*before_, &state};
  if (older_) states.push_back(&*older_);
  DistanceSum moved;
  OffLineSum off_line;
  for (const ExternalTensor& tensor : spec_->tensors) {
    if (!tensor.is_weights || !is_number_tensor(tensor)) continue;
    MUSTER_TRY(read_numbers(tensor, states, [&](NumberBlock block) {
      for (std::size_t i = 0; i < block[0].size(); ++i) {
        moved.add(block[0][i], block[1][i]);
        if (older_) off_line.add(block[2][i], block[0][i], block[1][i]);
      }
      return true;
    }));
  }
  SegmentSign sign{before_->step(), state.step(), moved.result().l2, std::nullopt};
  if (older_ && count_weight_numbers(*spec_) > 0) sign.off_line = off_line.result();
  return sign;
}

void ExternalContinuity::finish() {
  if (before_ && before_->step() == spec_->steps) return;
  faults_.push_back({RunFault::out_of_order, before_ ? before_->step() : 0,
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
