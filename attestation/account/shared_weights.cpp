#include "attestation/account/shared_weights.hpp"

#include <algorithm>

#include "attestation/device/memory.hpp"

namespace muster::attestation {
namespace {

struct Had {
  Hash chunk;
  std::uint32_t run;

  friend auto operator<=>(const Had&, const Had&) = default;
};

bool have_common(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::any_of(
      a, [&b](const std::string& item) { return std::ranges::binary_search(b, item); });
}

}  // namespace

std::vector<SharedWeights> shared_weights(std::span<const DeclaredMemory> runs) {
  std::vector<Had> all;
  for (std::uint32_t run = 0; run < runs.size(); ++run) {
    for (const StepCommitment& step : runs[run].steps) {
      for (const Hash& chunk : step.chunks) {
        if (chunk != zero_chunk) all.push_back({chunk, run});
      }
    }
  }
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> pairs;
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].chunk == all[i - 1].chunk) ++pairs[{all[i - 1].run, all[i].run}];
  }
  std::vector<SharedWeights> shared;
  shared.reserve(pairs.size());
  for (const auto& [places, chunks] : pairs) {
    shared.push_back({runs[places.first].run, runs[places.second].run, chunks});
  }
  return shared;
}

std::vector<AccountFinding> unexplained_sharing(std::span<const SharedWeights> shared,
                                                const std::map<std::string, RunOrigin>& origins) {
  std::vector<AccountFinding> findings;
  for (const SharedWeights& pair : shared) {
    const Lineage one = lineage_of(pair.run, origins);
    const Lineage other = lineage_of(pair.other, origins);
    if (have_common(one.runs, other.runs)) continue;
    if (have_common(one.outside_parents, other.outside_parents)) continue;
    findings.push_back({"run.shared_weights", pair.other,
                        std::to_string(pair.chunks) + " chunks of memory are those of run " +
                            pair.run + " too, and neither is declared to stem from the other",
                        Severity::query});
  }
  return findings;
}

}  // namespace muster::attestation
