#pragma once

#include <map>
#include <string>
#include <vector>

#include "sampler/stats/decimal.hpp"

namespace muster::attestation {

/// What a run says of its origin.
struct RunOrigin {
  stats::Decimal flop;                       ///< Of the run alone, in all.
  bool trains = true;                        ///< Its operations count for a model.
  std::vector<std::string> parents;          ///< Runs whose weights it began with.
  std::vector<std::string> outside_parents;  ///< Weights from elsewhere, in words.
};

/// What went into a model: its run and all ancestors, each once.
struct Lineage {
  stats::Decimal flop;
  std::vector<std::string> runs;  ///< Sorted, the run itself included.
  std::vector<std::string>
      outside_parents;               ///< Sorted, each once: nobody has shown what is in them.
  std::vector<std::string> unknown;  ///< Parents that no run is called by.
};

/// The lineage of `run`: a merge counts the union of its ancestors once (guarantee: one large run
/// declared as many small ones). A ring, which a ledger cannot hold, is walked once.
/// Requires: `run` is in `origins`. Cost: one look at each ancestor.
[[nodiscard]] Lineage lineage_of(const std::string& run,
                                 const std::map<std::string, RunOrigin>& origins);

}  // namespace muster::attestation
