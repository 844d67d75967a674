#pragma once

#include "ledger/base/error.hpp"

namespace muster::cli {

/// What the process tells its caller. Part of the interface: never renumbered.
enum class ExitCode {
  done = 0,      ///< Done, and nothing wrong was found.
  negative = 1,  ///< Done, and the answer is negative: finding, invalid proof, refusal by a rule.
  invalid_input = 2,  ///< Wrong usage or input that cannot be used; nothing was written.
  failed = 3,         ///< Could not be done: disk, lock, damaged store.
  no_answer = 4,      ///< No answer yet: open lines, not concluded, unverified beacon.
};

/// The exit code that an error of `code` leads to.
[[nodiscard]] ExitCode exit_code_of(Errc code);

/// The same for a whole error: a signature that does not verify is a document that cannot be used,
/// whoever found it out.
[[nodiscard]] ExitCode exit_code_of(const Error& error);

}  // namespace muster::cli
