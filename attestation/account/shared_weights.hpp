#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "attestation/account/account.hpp"
#include "attestation/account/lineage.hpp"
#include "attestation/run/declaration.hpp"

namespace muster::attestation {

/// What was declared of the memory of one run.
struct DeclaredMemory {
  std::string run;
  std::span<const StepCommitment> steps;
};

/// Two declared runs that had the same bytes in memory: weights of one went into the other, or into
/// both from a third.
struct SharedWeights {
  std::string run;  ///< The two in the order in which they were given.
  std::string other;
  std::uint64_t chunks = 0;  ///< Different chunks that both had, the zero chunk apart.
  /// Those of them that no declared lineage explains: neither run is an ancestor of the other, they
  /// have no outside parent in common, and no common ancestor declared the chunk itself.
  std::uint64_t unexplained = 0;

  friend bool operator==(const SharedWeights&, const SharedWeights&) = default;
};

/// All pairs that share a chunk, in order of their places. One large run that is declared as many
/// small ones shows here, whatever parents it names: each part begins with what the one before
/// ended with, and a small run that all name as their parent never had that.
/// Requires: runs that are in `origins`.
/// Cost: n log n for n declared digests; a digest that many runs had counts for neighbours among
/// them, by place, alone.
[[nodiscard]] std::vector<SharedWeights> shared_weights(
    std::span<const DeclaredMemory> runs, const std::map<std::string, RunOrigin>& origins);

/// `run.shared_weights`, a query, for each pair with chunks that are unexplained.
[[nodiscard]] std::vector<AccountFinding> unexplained_sharing(
    std::span<const SharedWeights> shared);

}  // namespace muster::attestation
