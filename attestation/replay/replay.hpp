#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "attestation/replay/trainer.hpp"

namespace muster::attestation {

/// How far two lists of numbers are apart. Formulas: l1 = sum |a - b|, l2 = sqrt(sum (a - b)^2),
/// linf = max |a - b|, cosine = 1 - a.b / (|a| |b|), each norm with its own list. A number that is
/// none makes all infinite.
struct Distances {
  double l1 = 0;
  double l2 = 0;
  double linf = 0;
  double cosine = 0;
};

/// Takes two lists of numbers pair by pair: what `distances` comes to, without the lists.
class DistanceSum final {
 public:
  void add(double a, double b);
  [[nodiscard]] Distances result() const;

 private:
  Distances sums_;
  double squares_ = 0;
  double product_ = 0;
  double norm_a_ = 0;
  double norm_b_ = 0;
  bool is_finite_ = true;
};

/// Requires: equally many numbers.
[[nodiscard]] Distances distances(std::span<const float> a, std::span<const float> b);
[[nodiscard]] Distances distances(std::span<const double> a, std::span<const double> b);

/// What a Verifier still takes where bits cannot be equal, as between two kinds of hardware.
struct Tolerance {
  /// Of the weights, relative to the norm of the segment's update; of each kind of moments,
  /// relative to the norm of those claimed.
  double l2;
  double linf;  ///< Of the weights, absolute.
};

enum class ReplayGrade : std::uint8_t {
  exact,       ///< Every bit of weights and optimiser state is what was claimed.
  within,      ///< Consistent within the tolerance: evidence, and no proof.
  mismatched,  ///< The claimed end does not follow from the claimed beginning.
};
[[nodiscard]] std::string_view replay_grade_name(ReplayGrade grade);

/// One segment done again.
struct SegmentReplay {
  std::uint64_t from;
  std::uint64_t to;
  ReplayGrade grade;
  Hash claimed;     ///< Digest of the claimed end.
  Hash recomputed;  ///< Digest of the end that the beginning leads to.
  Distances weights;
  Distances first;  ///< Of the first moments.
  Distances second;
  double update_norm;  ///< l2 norm by which the segment changed the weights.
};

/// Trains from `begin` to the step of `end` and compares. Without a tolerance only equality counts.
/// Requires: begin.step < end.step, states of the trainer's model.
[[nodiscard]] SegmentReplay replay_segment(const Trainer& trainer, const TrainingState& begin,
                                           const TrainingState& end,
                                           const std::optional<Tolerance>& tolerance = {});

/// The same comparison for a segment that somebody else has done again, who came to `state`.
/// Requires: states of one model; begin.step < end.step.
[[nodiscard]] SegmentReplay compare_replay(const TrainingState& begin, const TrainingState& end,
                                           const TrainingState& state,
                                           const std::optional<Tolerance>& tolerance = {});

}  // namespace muster::attestation
