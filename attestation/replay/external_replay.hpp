#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "attestation/replay/continuity.hpp"
#include "attestation/replay/external_numbers.hpp"
#include "attestation/replay/external_state.hpp"
#include "attestation/replay/replay.hpp"

namespace muster::attestation {

/// Compares the claimed end of a segment with the one that a program of others came to. `weights`
/// are the distances of the weights that Muster can read, `first` those of all other tensors that
/// it can read together, `second` is unused. Within a tolerance are weights as of the built-in
/// models; of each tensor of state those that are no further off than `l2` of the claimed one's
/// norm, and of what the segment changed of it; and tensors of which only bytes can be compared
/// must be equal. Requires: states of one specification; begin.step < end.step. Errors: those of
/// reading. Cost: two passes over the states.
Result<SegmentReplay> compare_external(const ExternalSpec& spec, const ExternalState& begin,
                                       const ExternalState& end, const ExternalState& state,
                                       const std::optional<Tolerance>& tolerance);

/// Looks at all checkpoints of a run of any model, one after the other: the schedule, weights that
/// are no numbers, and how far each segment moved them. What Adam could do is not asked, since the
/// optimiser is the program's.
class ExternalContinuity final {
 public:
  explicit ExternalContinuity(const ExternalSpec& spec) : spec_(&spec) {}

  /// The next checkpoint. Its files stay open for the next two. Errors: those of reading; nothing
  /// may be added then. Cost: two passes over its numbers, one over those of the two before.
  Result<void> add(ExternalState state);
  /// After the last: whether the run is there to its end.
  void finish();

  [[nodiscard]] const std::vector<RunFaultAt>& faults() const { return faults_; }
  [[nodiscard]] const std::vector<SegmentSign>& signs() const { return signs_; }

 private:
  Result<SegmentSign> sign_of(const ExternalState& state) const;

  const ExternalSpec* spec_;
  std::optional<ExternalState> before_;  // the last one seen
  std::optional<ExternalState> older_;   // and the one before it
  std::vector<RunFaultAt> faults_;
  std::vector<SegmentSign> signs_;
};

/// Weights of one state that are no numbers, a fault for each tensor. Errors: those of reading.
Result<std::vector<RunFaultAt>> external_state_faults(const ExternalSpec& spec,
                                                      const ExternalState& state);

/// The largest update over the median of all: how much one segment jumps out. Nothing where fewer
/// than three segments, or none that moved, can be compared.
[[nodiscard]] std::optional<double> update_jump(std::span<const SegmentSign> signs);

}  // namespace muster::attestation
