#include "attestation/appraise/shard_presence.hpp"

#include <algorithm>

#include "attestation/device/memory.hpp"

namespace muster::attestation {
namespace {

bool declares_something(const Declaration& run, std::uint32_t shard) {
  const auto first = std::ranges::lower_bound(run.steps, shard, {}, &StepCommitment::shard);
  const auto last = std::ranges::upper_bound(run.steps, shard, {}, &StepCommitment::shard);
  return std::any_of(first, last, [](const StepCommitment& step) {
    return std::ranges::any_of(step.chunks, [](const Hash& chunk) { return chunk != zero_chunk; });
  });
}

}  // namespace

void ShardPresence::add(const Explanation& found) {
  for (const auto& [held, there] : found.assigned) {
    Count& count = counts_[{held.run, held.item}];
    ++count.snapshots;
    count.there = count.there || there || found.account != Account::explained;
  }
}

std::vector<ShardPresence::Absent> ShardPresence::absent(const DeclarationIndex& declared) const {
  std::vector<Absent> list;
  for (const auto& [place, count] : counts_) {
    if (count.there || count.snapshots < least_absent_snapshots) continue;
    const Declaration& run = declared.declaration(place.first);
    const Assignment& assigned = run.assignments[place.second];
    if (!declares_something(run, assigned.shard)) continue;
    list.push_back({&assigned, run.metadata.run, count.snapshots});
  }
  return list;
}

}  // namespace muster::attestation
