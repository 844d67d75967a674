#pragma once

#include "attestation/replay/training_spec.hpp"
#include "attestation/replay/training_text.hpp"
#include "ledger/crypto/sha256.hpp"

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
  spec.random = crypto::sha256("a random value");
  return spec;
}

/// A text with something to learn: letters in a pattern that is not quite regular.
inline TrainingText small_text() {
  std::string text;
  for (int i = 0; i < 900; ++i) {
    text +=
        "the chip " + std::to_string(i * i % 97) + " is in rack " + std::to_string(i % 7) + "; ";
  }
  return TrainingText(to_bytes(text));
}

}  // namespace muster::attestation::test
