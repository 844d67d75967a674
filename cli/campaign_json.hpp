#pragma once

#include <string>

#include "cli/home.hpp"

namespace muster::cli {

/// One statement about a declared run: the declaration or an amendment.
[[nodiscard]] Json run_json(const registry::Tables& tables, const registry::Run& run);
/// A run with all statements about it, as they were signed. Errors: those of the log.
Result<Json> whole_run_json(Home& home, const std::string& run);

/// "open", "answered" or "closed".
[[nodiscard]] const char* query_stage(const registry::Query& query);
/// A question to a Prover about an anomaly.
[[nodiscard]] Json query_json(const registry::State& state, const registry::Query& query);

}  // namespace muster::cli
