#pragma once

#include <cstdint>
#include <vector>

#include "attestation/replay/trainer.hpp"

namespace muster::attestation {

/// By how much a segment lowered the loss on its own data, and on data that came later.
/// Source: Choi, Shavit, Duvenaud 2023, section 5 (models remember the most recent data best).
struct MemorisationSign {
  std::uint64_t from;
  std::uint64_t to;
  double own;    ///< Loss before less loss after, in nats a byte, on batches of the segment.
  double later;  ///< The same on as many batches of the steps after it.
};

/// Looks at a segment through at most `batches` of its steps. Evidence and no proof. Nothing can be
/// said of the last segment, and little where samples recur often.
/// Requires: begin.step < end.step, states of the trainer's model.
[[nodiscard]] MemorisationSign memorisation_of(const Trainer& trainer, const TrainingState& begin,
                                               const TrainingState& end, std::uint64_t batches);

/// The probability that so few segments or fewer, of those given, remember their own data better
/// than later data, if it were a toss of a coin for each. Small values speak against the run.
/// Nothing to say (1) without segments.
[[nodiscard]] double memorisation_p_value(const std::vector<MemorisationSign>& signs);

}  // namespace muster::attestation
