#pragma once

#include <map>
#include <utility>
#include <vector>

#include "attestation/appraise/explain.hpp"

namespace muster::attestation {

/// Fewest snapshots by which a shard counts as never there.
inline constexpr std::uint64_t least_absent_snapshots = 3;

/// Whether the shards that a chip is declared to hold were ever seen in its memory. Empty memory
/// and scratch space are explained at every single snapshot; a chip on which all of them are so did
/// not do what it is declared for, and the work was done elsewhere, or not at all.
class ShardPresence final {
 public:
  /// Takes in what explains one snapshot. One that nothing explains has findings of its own.
  void add(const Explanation& found);

  /// An assignment that no snapshot shows, and how many were taken during it.
  struct Absent {
    const Assignment* assigned;
    RunId run;
    std::uint64_t snapshots;
  };
  /// Those of at least `least_absent_snapshots`, for shards of which something but zeros is
  /// declared.
  [[nodiscard]] std::vector<Absent> absent(const DeclarationIndex& declared) const;

 private:
  struct Count {
    std::uint64_t snapshots = 0;
    bool there = false;
  };
  std::map<std::pair<std::uint32_t, std::uint32_t>, Count> counts_;  // by run and item
};

}  // namespace muster::attestation
