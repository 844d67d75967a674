#include "attestation/run/declaration_index.hpp"

#include <algorithm>
#include <tuple>

#include "attestation/device/memory.hpp"

namespace muster::attestation {

DeclarationIndex::DeclarationIndex(std::vector<FiledDeclaration> filed) : filed_(std::move(filed)) {
  for (std::uint32_t run = 0; run < filed_.size(); ++run) {
    const Declaration& declared = declaration(run);
    for (std::uint32_t item = 0; item < declared.assignments.size(); ++item) {
      held_[declared.assignments[item].chip].push_back({run, item});
    }
    for (std::uint32_t step = 0; step < declared.steps.size(); ++step) {
      const std::vector<Hash>& chunks = declared.steps[step].chunks;
      for (std::uint32_t chunk = 0; chunk < chunks.size(); ++chunk) {
        if (chunks[chunk] == zero_chunk) continue;
        places_.push_back({read_u64be(chunks[chunk].view()), run, step, chunk});
      }
    }
  }
  std::ranges::sort(places_, {}, [](const Place& place) {
    return std::tie(place.prefix, place.run, place.step, place.chunk);
  });
}

std::span<const DeclarationIndex::Held> DeclarationIndex::held_by(const ChipId& chip) const {
  const auto found = held_.find(chip);
  if (found == held_.end()) return {};
  return found->second;
}

std::span<const DeclarationIndex::Place> DeclarationIndex::places_of(const Hash& chunk) const {
  const std::uint64_t prefix = read_u64be(chunk.view());
  const auto first = std::ranges::lower_bound(places_, prefix, {}, &Place::prefix);
  const auto last = std::ranges::upper_bound(places_, prefix, {}, &Place::prefix);
  return {first, last};
}

const StepCommitment* DeclarationIndex::commitment(std::uint32_t run, std::uint32_t shard,
                                                   std::uint64_t step) const {
  const auto& steps = declaration(run).steps;
  const auto key = std::make_tuple(shard, step);
  const auto found = std::ranges::lower_bound(steps, key, {}, [](const StepCommitment& item) {
    return std::make_tuple(item.shard, item.step);
  });
  if (found == steps.end() || found->shard != shard || found->step != step) return nullptr;
  return &*found;
}

}  // namespace muster::attestation
