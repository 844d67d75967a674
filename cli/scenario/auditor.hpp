#pragma once

#include "ledger/base/error.hpp"

namespace muster::cli::scenario {

/// The inspector of played audits, a process of its own: talks in JSON lines on standard input and
/// output until the other side ends. It has its own keys, and of the world only what it is told;
/// the conversation is in README.md.
/// Errors: `invalid_input` for a message that is not as it must be; `unavailable`.
Result<void> run_auditor();

/// The same as a program: its exit code, with the error on standard error.
[[nodiscard]] int auditor_main();

}  // namespace muster::cli::scenario
