#include "attestation/replay/declared_steps.hpp"

#include <algorithm>
#include <span>

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

void DeclaredSteps::compare(const TrainingState& state) {
  if (is_declared(state.step)) compare(state.step, state_bytes(state));
}

void DeclaredSteps::compare(std::uint64_t step, ByteView state) {
  if (!is_declared(step)) return;
  seen_.insert(step);
  const auto first = std::ranges::lower_bound(by_step_, step, {}, declared_step);
  const auto last = std::ranges::upper_bound(by_step_, step, {}, declared_step);
  for (const StepCommitment* item : std::span(first, last)) {
    ++compared_;
    if (item->chunks != shard_chunks(state, layout_, item->shard)) {
      otherwise_.insert({item->step, item->shard});
    }
  }
}

std::vector<DeclaredOtherwise> DeclaredSteps::otherwise() const {
  return {otherwise_.begin(), otherwise_.end()};
}

}  // namespace muster::attestation
