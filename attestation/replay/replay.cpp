#include "attestation/replay/replay.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "ledger/base/check.hpp"

namespace muster::attestation {
namespace {

template <class Number>
Distances distances_between(std::span<const Number> a, std::span<const Number> b) {
  MUSTER_CHECK(a.size() == b.size());
  DistanceSum sum;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum.add(static_cast<double>(a[i]), static_cast<double>(b[i]));
  }
  return sum.result();
}

double norm_of(std::span<const float> numbers) {
  return distances(numbers, std::vector<float>(numbers.size())).l2;
}

ReplayGrade grade_of(const SegmentReplay& replay, const TrainingState& end,
                     const std::optional<Tolerance>& tolerance) {
  if (replay.claimed == replay.recomputed) return ReplayGrade::exact;
  if (!tolerance) return ReplayGrade::mismatched;
  // Moments too: a claimed end whose weights are near, and whose optimiser state is made up, would
  // carry the run wherever its maker wants it from there on.
  const bool is_near = replay.weights.l2 <= tolerance->l2 * replay.update_norm &&
                       replay.weights.linf <= tolerance->linf &&
                       replay.first.l2 <= tolerance->l2 * norm_of(end.first) &&
                       replay.second.l2 <= tolerance->l2 * norm_of(end.second);
  return is_near ? ReplayGrade::within : ReplayGrade::mismatched;
}

}  // namespace

void DistanceSum::add(double a, double b) {
  const double apart = std::abs(a - b);
  is_finite_ = is_finite_ && std::isfinite(apart);
  sums_.l1 += apart;
  sums_.linf = std::max(sums_.linf, apart);
  squares_ += apart * apart;
  product_ += a * b;
  norm_a_ += a * a;
  norm_b_ += b * b;
}

Distances DistanceSum::result() const {
  if (!is_finite_) {
    constexpr double far = std::numeric_limits<double>::infinity();
    return {far, far, far, far};
  }
  Distances result = sums_;
  result.l2 = std::sqrt(squares_);
  const double norms = std::sqrt(norm_a_) * std::sqrt(norm_b_);
  if (norms > 0) {
    result.cosine = std::max(0.0, 1 - product_ / norms);
  } else if (norm_a_ != norm_b_) {
    result.cosine = 1;  // one list is zero, the other not
  }
  return result;
}

Distances distances(std::span<const float> a, std::span<const float> b) {
  return distances_between(a, b);
}

Distances distances(std::span<const double> a, std::span<const double> b) {
  return distances_between(a, b);
}

std::string_view replay_grade_name(ReplayGrade grade) {
  switch (grade) {
    case ReplayGrade::exact:
      return "exact";
    case ReplayGrade::within:
      return "within";
    case ReplayGrade::mismatched:
      return "mismatched";
  }
  return "mismatched";
}

SegmentReplay replay_segment(const Trainer& trainer, const TrainingState& begin,
                             const TrainingState& end, const std::optional<Tolerance>& tolerance) {
  MUSTER_CHECK(begin.step < end.step);
  TrainingState state = begin;
  while (state.step < end.step) trainer.advance(state);
  return compare_replay(begin, end, state, tolerance);
}

SegmentReplay compare_replay(const TrainingState& begin, const TrainingState& end,
                             const TrainingState& state,
                             const std::optional<Tolerance>& tolerance) {
  SegmentReplay replay{begin.step,
                       end.step,
                       ReplayGrade::mismatched,
                       state_digest(end),
                       state_digest(state),
                       distances(end.weights, state.weights),
                       distances(end.first, state.first),
                       distances(end.second, state.second),
                       distances(begin.weights, end.weights).l2};
  replay.grade = grade_of(replay, end, tolerance);
  return replay;
}

}  // namespace muster::attestation
