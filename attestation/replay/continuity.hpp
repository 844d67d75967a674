#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "attestation/replay/trainer.hpp"

namespace muster::attestation {

/// What can be wrong with a run's checkpoints that is seen without training.
enum class RunFault : std::uint8_t {
  unseeded,      ///< The first state is not the one that follows from data and random value.
  out_of_order,  ///< A checkpoint is missing, doubled or of another step than the schedule has.
  not_a_state,   ///< A number that is none, or a negative second moment.
  impossible,    ///< Weights moved further than Adam can move them in so many steps.
};
/// The stable code, such as "run.impossible_update".
[[nodiscard]] std::string_view run_fault_code(RunFault fault);

/// A fault, and where: certain, since no honest run has one.
struct RunFaultAt {
  RunFault fault;
  std::uint64_t step;
  std::string detail;
};

/// Faults of one state by itself: numbers that are none, and at step 0 other numbers than those of
/// `initial`, which follow from data and random value. An exact replay shows neither: what is no
/// number stays none, and any beginning has an end.
[[nodiscard]] std::vector<RunFaultAt> state_faults(const TrainingState& state,
                                                   const TrainingState& initial);

/// What one segment looks like beside its neighbours. Evidence and no proof: a spoof may look like
/// an honest run, and a change of the learning rate like a spoof.
struct SegmentSign {
  std::uint64_t from;
  std::uint64_t to;
  double update_norm;  ///< l2 norm by which the weights changed.
  /// How far the state at `from` lies beside the straight line from the checkpoint before to `to`,
  /// in lengths of that line: 0 where it was interpolated. Nothing for the first segment.
  std::optional<double> off_line;
};

/// Looks at all checkpoints of a run, one after the other, and trains nothing: the glue of a forged
/// run may lie in any one segment, and replay sees only those that it picks.
class ContinuityCheck final {
 public:
  explicit ContinuityCheck(const Trainer& trainer, const TrainingSpec& spec);

  /// The next checkpoint. Cost: a few passes over its numbers.
  void add(const TrainingState& state);
  /// After the last: whether the run is there to its end.
  void finish();

  [[nodiscard]] const std::vector<RunFaultAt>& faults() const { return faults_; }
  [[nodiscard]] const std::vector<SegmentSign>& signs() const { return signs_; }

 private:
  void look_at(const TrainingState& state);
  void compare(const TrainingState& state);

  TrainingSpec spec_;
  TrainingState first_;
  std::optional<TrainingState> before_;  // the last one seen
  std::vector<float> older_;             // the weights of the one before it
  std::vector<RunFaultAt> faults_;
  std::vector<SegmentSign> signs_;
};

/// Takes three lists of numbers, one of each at a time: what `off_line` comes to, without the
/// lists.
class OffLineSum final {
 public:
  void add(double a, double middle, double b);
  [[nodiscard]] double result() const;

 private:
  double along_ = 0;
  double length_ = 0;
  double squares_ = 0;
};

/// The distance of `middle` from the line through `a` and `b`, in lengths of b - a; 1 where a and b
/// are one and `middle` is elsewhere. Requires: equally many numbers.
[[nodiscard]] double off_line(std::span<const float> a, std::span<const float> middle,
                              std::span<const float> b);
[[nodiscard]] double off_line(std::span<const double> a, std::span<const double> middle,
                              std::span<const double> b);

/// The most by which Adam moves a number in the steps after `from` up to `to`, all gradients being
/// free: the sum over t of rate (1 - b1)/sqrt(1 - b2) sqrt((1 - q^t)/(1 - q)) sqrt(1 - b2^t)/(1 -
/// b1^t), q = b1^2/b2, by Cauchy and Schwarz on the two moments. A hundredth is added for rounding.
[[nodiscard]] double most_adam_moves(const TrainingSpec& spec, std::uint64_t from,
                                     std::uint64_t to);

}  // namespace muster::attestation
