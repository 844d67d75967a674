#pragma once

#include <string>
#include <vector>

#include "cli/scenario/channel.hpp"
#include "cli/scenario/prover.hpp"

namespace muster::cli::scenario {

/// How one audit ended, with what only the Prover's side knows: which chips evaded.
struct AuditEnd {
  bool cleared_at_reading = false;  ///< "no sign of" before the queries were answered
  bool cleared = false;             ///< "no sign of" in the end
  bool finding = false;
  std::uint64_t lines = 0;           ///< n
  std::uint64_t evading_drawn = 0;   ///< lines of chips that evaded
  std::uint64_t evading_hits = 0;    ///< of them: hits in the end
  std::uint64_t honest_queries = 0;  ///< lines of others that were queried
  std::uint64_t honest_hits = 0;     ///< of them: not closed in time
  std::vector<std::string> codes{};  ///< of the evading lines' findings, each once
  /// From the window's first day to the first hit on an evading chip: the visit where its own
  /// signatures contradict each other, else the query's deadline. 0 without one.
  double days = 0;
  /// The bundle of a hit on a chip that evaded (finding_bundle.hpp), where one was asked for.
  std::string bundle{};
};

/// Plays one audit: files, holds the ceremony, presents what is drawn, answers queries to honest
/// chips as late as chance has it and none to the others. With `files_finding` the inspector files
/// its first hit.
/// Errors: `unavailable`, `invalid_input` from the other side.
Result<AuditEnd> play_audit(const Prover& prover, Channel& auditor, const Parts& parts,
                            crypto::SeededRandom& random, bool files_finding = false);

}  // namespace muster::cli::scenario
