#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"

namespace muster::cli {

/// What somebody brings to have a pair of documents judged.
struct PairEvidence {
  std::string file;
  std::vector<std::string> keys{};        ///< Verifier keys of a log.
  std::vector<std::string> party_keys{};  ///< Public keys of a party.
};

/// Judges evidence of the kinds "split-view" (two checkpoints of one log) and "number-reused" (two
/// statements under one number), in words and JSON. Nothing if `kind` is another.
Result<std::optional<ExitCode>> judged_pair(Context& context, const std::string& kind,
                                            const std::string& text, const PairEvidence& given);

}  // namespace muster::cli
