#pragma once

#include <cstdint>
#include <span>

#include "attestation/replay/training_spec.hpp"

namespace muster::attestation {

/// Adam's numbers at one step. Source: Kingma, Ba 2015, algorithm 1.
struct Adam {
  float rate;
  float beta1;
  float beta2;
  float epsilon;
  float correction1;  ///< 1 / (1 - beta1^t)
  float correction2;
};

/// The numbers of step `step`, counted from 1.
[[nodiscard]] Adam adam_at(const TrainingSpec& spec, std::uint64_t step);

/// Moves weights and moments by a gradient, number by number. Requires: lists of one length.
void adam_step(const Adam& adam, std::span<const float> gradient, std::span<float> weights,
               std::span<float> first, std::span<float> second);

}  // namespace muster::attestation
