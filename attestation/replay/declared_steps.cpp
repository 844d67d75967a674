#include "attestation/replay/declared_steps.hpp"

#include <algorithm>

namespace muster::attestation {

namespace {

constexpr auto declared_step = [](const StepCommitment* item) { return item->step; };

}  // namespace

DeclaredSteps::DeclaredSteps(const Declaration& declaration, const TranscriptCommitment& transcript)
    : DeclaredSteps(declaration, transcript.spec.steps, transcript.layout()) {}

DeclaredSteps::DeclaredSteps(const Declaration& declaration, std::uint64_t last_step,
                             const ShardLayout& layout)
    : declaration_(&declaration), layout_(layout) {
  for (const StepCommitment& item : declaration.steps) {
    if (item.step <= last_step && item.shard < layout.shards) {
      by_step_.push_back(&item);
    } else {
      ++compared_;
      otherwise_.insert({item.step, item.shard});
    }
  }
  std::ranges::stable_sort(by_step_, {}, declared_step);
}

bool DeclaredSteps::is_declared(std::uint64_t step) const {
  return std::ranges::binary_search(by_step_, step, {}, declared_step) && !seen_.contains(step);
}

std::span<const StepCommitment* const> DeclaredSteps::of_step(std::uint64_t step) const {
  const auto first = std::ranges::lower_bound(by_step_, step, {}, declared_step);
  const auto last = std::ranges::upper_bound(by_step_, step, {}, declared_step);
  return {first, last};
}

void DeclaredSteps::compare(const StepCommitment& item, const std::vector<Hash>& chunks) {
  ++compared_;
  if (item.chunks != chunks) otherwise_.insert({item.step, item.shard});
}

void DeclaredSteps::compare(const TrainingState& state) {
  if (!is_declared(state.step)) return;
  seen_.insert(state.step);
  const Bytes bytes = state_bytes(state);
  for (const StepCommitment* item : of_step(state.step)) {
    compare(*item, shard_chunks(bytes, layout_, item->shard));
  }
}

Result<void> DeclaredSteps::compare(const ExternalState& state) {
  if (!is_declared(state.step())) return {};
  seen_.insert(state.step());
  for (const StepCommitment* item : of_step(state.step())) {
    MUSTER_TRY_ASSIGN(const auto chunks, shard_chunks(state, layout_, item->shard));
    compare(*item, chunks);
  }
  return {};
}

std::vector<DeclaredOtherwise> DeclaredSteps::otherwise() const {
  return {otherwise_.begin(), otherwise_.end()};
}

}  // namespace muster::attestation
