#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "attestation/replay/parameters.hpp"
#include "attestation/replay/training_spec.hpp"
#include "ledger/base/bytes.hpp"

namespace muster::attestation {

/// One batch: where its samples begin in the text.
struct Batch {
  ByteView text;
  std::span<const std::size_t> starts;
};

/// The loss of `batch` under `weights`, in nats a predicted byte, and its gradient, which is
/// written over. Same bits for every number of threads.
double loss_and_gradient(const TrainingSpec& spec, std::span<const float> weights,
                         const Batch& batch, std::size_t threads, std::span<float> gradient);

}  // namespace muster::attestation
