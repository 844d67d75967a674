#include "attestation/replay/trained_weights.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"

namespace muster::attestation {

void TrainedWeights::add(const TrainingState& state) {
  MUSTER_CHECK(state.step == steps_.size());
  const Bytes bytes = state_bytes(state);
  std::vector<std::vector<Hash>> shards;
  for (std::uint32_t shard = 0; shard < transcript_.shards; ++shard) {
    shards.push_back(shard_chunks(bytes, transcript_, shard));
  }
  steps_.push_back(std::move(shards));
}

std::uint32_t TrainedWeights::chunks() const {
  return static_cast<std::uint32_t>(steps_.front().front().size());
}

Hash TrainedWeights::chunk(std::uint32_t shard, std::uint64_t step, std::uint32_t chunk) const {
  const std::uint64_t held = std::min<std::uint64_t>(step, steps_.size() - 1);
  return steps_[static_cast<std::size_t>(held)][shard][chunk];
}

WeightChunkOf TrainedWeights::source() const {
  return [this](std::uint32_t shard, std::uint64_t step, std::uint32_t chunk_number) {
    return chunk(shard, step, chunk_number);
  };
}

}  // namespace muster::attestation
