#pragma once

#include <string>
#include <vector>

#include "registry/state/state.hpp"

namespace muster::registry {

/// The oldest that the newest state commitment may be while the log goes on.
inline constexpr std::int64_t max_commit_age_ms = ms_per_day;

/// Why the operator owes a state commitment now, one line each; empty when it does not: there is
/// none yet, a freeze or a plan came after the newest, or it is a day old and the log went on.
[[nodiscard]] std::vector<std::string> commit_due(const State& state, Timestamp now);

}  // namespace muster::registry
