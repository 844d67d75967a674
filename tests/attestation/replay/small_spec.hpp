#pragma once

#include "attestation/replay/training_spec.hpp"

namespace muster::attestation::test {

/// A run of a second or less.
inline TrainingSpec small_spec(ModelKind kind) {
  TrainingSpec spec;
  spec.model = kind;
  spec.context = 8;
  spec.width = 16;
  spec.hidden = 32;
  spec.layers = 2;
  spec.heads = 2;
  spec.batch = 16;
  spec.steps = 40;
  spec.checkpoint_every = 5;
  spec.learning_rate = "0.01";
  spec.random.bytes.fill(0xA5);
  return spec;
}

}  // namespace muster::attestation::test
