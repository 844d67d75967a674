#pragma once

#include "cli/context.hpp"
#include "cli/home.hpp"

namespace muster::cli {

/// Records `submission`, or with `--dry-run` only judges it, and prints what became of it. With
/// `receipts`, a folder, its receipt is kept there.
Result<ExitCode> submit(Context& context, Home& home, const registry::Submission& submission,
                        const std::string& receipts = {});

/// The outcome as the commands print it: status, statement, index, leaf, and the refusal.
[[nodiscard]] Json outcome_json(const registry::Outcome& outcome);

}  // namespace muster::cli
