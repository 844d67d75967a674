#pragma once

#include "cli/context.hpp"
#include "cli/home.hpp"
#include "cli/keepsakes.hpp"

namespace muster::cli {

/// Records `submission`, or with `--dry-run` only judges it, and prints what became of it. Its
/// receipt or its refusal is kept where `keep` says.
Result<ExitCode> submit(Context& context, Home& home, const registry::Submission& submission,
                        const Keepsakes& keep = {});

/// "recorded", "duplicate" or "refused".
[[nodiscard]] const char* status_name(registry::Outcome::Status status);

/// The outcome as the commands print it: status, statement, index, leaf, and the refusal.
[[nodiscard]] Json outcome_json(const registry::Outcome& outcome);

}  // namespace muster::cli
