#pragma once

#include "cli/scenario/score.hpp"
#include "ledger/base/json.hpp"

namespace muster::cli::scenario {

inline constexpr std::string_view score_version = "muster/score/v1";

/// The score as `muster scenario score --json` prints it and `threat_table` reads it. Probabilities
/// are decimals in strings.
[[nodiscard]] Json score_json(const Score& score, const ScenarioFile& scenario);

}  // namespace muster::cli::scenario
