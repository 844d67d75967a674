#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/audit/challenge.hpp"
#include "cli/audit/committed_plan.hpp"
#include "cli/audit/statement_writer.hpp"

namespace muster::cli {

/// The question that an anomaly opens: its owner is the Prover, its clock the plan's.
[[nodiscard]] registry::Draft query_draft(const CommittedPlan& plan, const Challenge& challenge,
                                          const std::vector<std::string>& codes,
                                          const std::string& owner, Timestamp now);

/// The line of an opening that a challenge is about, or null when there is none for its chip: a
/// challenge for a chip that was not drawn, or of another opening.
[[nodiscard]] const registry::Line* challenged_line(const registry::State& state,
                                                    const Challenge& challenge);

/// Adds result and query of a line, without those that a try before this one left in the ledger.
/// Errors: `refused` by `inspect.answered` for a line that is answered otherwise already.
Result<void> add_answer(const registry::State& state, const Challenge& challenge,
                        const std::string& verdict, const registry::Draft& result,
                        const std::optional<registry::Draft>& query, StatementWriter& writer);

}  // namespace muster::cli
