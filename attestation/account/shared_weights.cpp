#include "attestation/account/shared_weights.hpp"

#include <algorithm>
#include <iterator>

#include "attestation/device/memory.hpp"

namespace muster::attestation {
namespace {

struct Had {
  Hash chunk;
  std::uint32_t run;

  friend auto operator<=>(const Had&, const Had&) = default;
};

using Places = std::pair<std::uint32_t, std::uint32_t>;

/// How two runs stand to each other, by what is declared of them.
struct Kinship {
  bool explains_all = false;  ///< One stems from the other, or both from the same outside.
  std::vector<std::uint32_t> ancestors{};  ///< Places of common ones, rising.
};

template <class Item>
std::vector<Item> in_common(const std::vector<Item>& a, const std::vector<Item>& b) {
  std::vector<Item> both;
  std::ranges::set_intersection(a, b, std::back_inserter(both));
  return both;
}

/// Looks up each pair of runs once.
class Kinships final {
 public:
  Kinships(std::span<const DeclaredMemory> runs, const std::map<std::string, RunOrigin>& origins)
      : runs_(runs), origins_(origins) {
    for (std::uint32_t place = 0; place < runs.size(); ++place) places_[runs[place].run] = place;
  }

  const Kinship& of(Places pair) {
    const auto known = known_.find(pair);
    if (known != known_.end()) return known->second;
    const std::string& one = runs_[pair.first].run;
    const std::string& other = runs_[pair.second].run;
    const Lineage first = lineage_of(one, origins_);
    const Lineage second = lineage_of(other, origins_);
    Kinship kinship;
    kinship.explains_all = !in_common(first.outside_parents, second.outside_parents).empty();
    for (const std::string& run : in_common(first.runs, second.runs)) {
      kinship.explains_all = kinship.explains_all || run == one || run == other;
      const auto place = places_.find(run);
      if (place != places_.end()) kinship.ancestors.push_back(place->second);
    }
    std::ranges::sort(kinship.ancestors);
    return known_.emplace(pair, std::move(kinship)).first->second;
  }

 private:
  std::span<const DeclaredMemory> runs_;
  const std::map<std::string, RunOrigin>& origins_;
  std::map<std::string, std::uint32_t, std::less<>> places_;
  std::map<Places, Kinship> known_;
};

/// Every chunk of every run but the zero chunk, each once, sorted by chunk and place.
std::vector<Had> all_chunks(std::span<const DeclaredMemory> runs) {
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
  return all;
}

/// Whether one of `ancestors` is among the runs that had a chunk.
bool had_by(std::span<const Had> who, const std::vector<std::uint32_t>& ancestors) {
  return std::ranges::any_of(
      who, [&](const Had& had) { return std::ranges::binary_search(ancestors, had.run); });
}

}  // namespace

std::vector<SharedWeights> shared_weights(std::span<const DeclaredMemory> runs,
                                          const std::map<std::string, RunOrigin>& origins) {
  struct Count {
    std::uint64_t chunks = 0;
    std::uint64_t unexplained = 0;
  };
  const std::vector<Had> all = all_chunks(runs);
  Kinships kinships(runs, origins);
  std::map<Places, Count> pairs;
  for (auto begin = all.begin(); begin != all.end();) {
    const auto end = std::find_if(begin, all.end(),
                                  [&begin](const Had& had) { return had.chunk != begin->chunk; });
    for (auto later = std::next(begin); later < end; ++later) {
      const Places places{std::prev(later)->run, later->run};
      const Kinship& kinship = kinships.of(places);
      Count& count = pairs[places];
      ++count.chunks;
      if (!kinship.explains_all && !had_by({begin, end}, kinship.ancestors)) ++count.unexplained;
    }
    begin = end;
  }
  std::vector<SharedWeights> shared;
  shared.reserve(pairs.size());
  for (const auto& [places, count] : pairs) {
    shared.push_back(
        {runs[places.first].run, runs[places.second].run, count.chunks, count.unexplained});
  }
  return shared;
}

std::vector<AccountFinding> unexplained_sharing(std::span<const SharedWeights> shared) {
  std::vector<AccountFinding> findings;
  for (const SharedWeights& pair : shared) {
    if (pair.unexplained == 0) continue;
    findings.push_back({"run.shared_weights", pair.other,
                        std::to_string(pair.unexplained) + " chunks of memory are those of run " +
                            pair.run +
                            " too; neither is declared to stem from the other, and no common " +
                            "ancestor declared them",
                        Severity::query});
  }
  return findings;
}

}  // namespace muster::attestation
