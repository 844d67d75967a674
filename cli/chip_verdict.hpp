#pragma once

#include "attestation/appraise/appraise.hpp"
#include "cli/exit_code.hpp"

namespace muster::cli {

/// The exit code of a verdict on one chip: a query and what is open have no answer yet.
[[nodiscard]] inline ExitCode exit_code_of(attestation::ChipVerdict verdict) {
  using enum attestation::ChipVerdict;
  if (verdict == consistent) return ExitCode::done;
  const bool is_answer = verdict == contradicted || verdict == not_presented;
  return is_answer ? ExitCode::negative : ExitCode::no_answer;
}

}  // namespace muster::cli
