#pragma once

#include <cstdint>
#include <functional>

#include "attestation/replay/training_spec.hpp"
#include "attestation/replay/training_state.hpp"
#include "attestation/replay/training_text.hpp"

namespace muster::attestation {

/// The built-in trainer: float32, and the same bits from every compiler, optimisation level,
/// number of threads and machine with IEEE 754 arithmetic, so that a segment of a run is judged by
/// equality. What makes it so: no fused multiply-add, no reordered sums, no C library functions but
/// `sqrt`, `frexp` and `ldexp`, which are exact or correctly rounded, and integers for all choices.
class Trainer final {
 public:
  /// Borrows the text. Requires: a checked specification, a text longer than its context.
  Trainer(const TrainingSpec& spec, const TrainingText& text, std::size_t threads = 1);

  [[nodiscard]] const Hash& seed() const { return seed_; }
  [[nodiscard]] TrainingState initial() const;

  /// Does the next step. Returns the loss before it, in nats a predicted byte.
  double advance(TrainingState& state) const;

  /// The loss of `state` on the samples of that step, whatever step the state is of.
  [[nodiscard]] double loss(const TrainingState& state, std::uint64_t step) const;

 private:
  TrainingSpec spec_;
  const TrainingText* text_;
  std::size_t threads_;
  Hash seed_;
};

}  // namespace muster::attestation
