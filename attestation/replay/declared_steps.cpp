#include "attestation/replay/declared_steps.hpp"

#include <algorithm>
#include <span>

namespace muster::attestation {

DeclaredSteps::DeclaredSteps(const Declaration& declaration, const TranscriptCommitment& transcript)
    : declaration_(&declaration), transcript_(&transcript) {
  for (const StepCommitment& item : declaration.steps) {
    if (item.step <= transcript.spec.steps && item.shard < transcript.shards) {
      by_step_.push_back(&item);
    } else {
      ++compared_;
      otherwise_.insert({item.step, item.shard});
    }
  }
  std::ranges::stable_sort(by_step_, {}, [](const StepCommitment* item) { return item->step; });
}

void DeclaredSteps::compare(const TrainingState& state) {
  const auto step_of = [](const StepCommitment* item) { return item->step; };
  const auto first = std::ranges::lower_bound(by_step_, state.step, {}, step_of);
  const auto last = std::ranges::upper_bound(by_step_, state.step, {}, step_of);
  if (first == last || !seen_.insert(state.step).second) return;
  const Bytes bytes = state_bytes(state);
  for (const StepCommitment* item : std::span(first, last)) {
    ++compared_;
    if (item->chunks != shard_chunks(bytes, *transcript_, item->shard)) {
      otherwise_.insert({item->step, item->shard});
    }
  }
}

std::vector<DeclaredOtherwise> DeclaredSteps::otherwise() const {
  return {otherwise_.begin(), otherwise_.end()};
}

}  // namespace muster::attestation
