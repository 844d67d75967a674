#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/audit/challenge.hpp"
#include "cli/audit/committed_plan.hpp"
#include "cli/audit/field_answers.hpp"
#include "cli/audit/statement_writer.hpp"

namespace muster::cli {

/// When the query of an answer given at `at` must be closed, by the plan's clock.
[[nodiscard]] Timestamp answer_due(const sampler::Plan& plan, Timestamp at);

/// The document that stands for the appraisal of a line that showed no chip.
[[nodiscard]] Json unseen_report(const Challenge& challenge, const FieldAnswer& answer);
/// The codes of such a line: what it was, and the host's word.
[[nodiscard]] std::vector<std::string> unseen_codes(const FieldAnswer& answer);

/// The `inspect.result` of a line.
[[nodiscard]] registry::Draft result_draft(const Challenge& challenge, const FieldAnswer& answer,
                                           const Json& evidence);

/// Who holds the chip in the plan's frame: the owner of its query.
[[nodiscard]] std::string prover_of(const registry::State& state, const CommittedPlan& plan,
                                    const ChipId& chip);

/// The question that an anomaly opens: its owner is the Prover, its clock the plan's.
[[nodiscard]] registry::Draft query_draft(const CommittedPlan& plan, const Challenge& challenge,
                                          const std::vector<std::string>& codes,
                                          const std::string& owner, Timestamp now);

/// The line of an opening that a challenge is about, or null when there is none for its chip: a
/// challenge for a chip that was not drawn, or of another opening.
[[nodiscard]] const registry::Line* challenged_line(const registry::State& state,
                                                    const Challenge& challenge);

/// A line is answered once: the same answer again goes on where a try before ended. `answer` is
/// absent, denied, dead, or the verdict of what was presented.
/// Errors: `refused` by `inspect.answered` where the ledger says another; those of the log.
Result<void> check_answered(Home& home, const Challenge& challenge, const std::string& answer);

/// Adds result and query of a line, without those that a try before this one left in the ledger.
/// Errors: `refused` by `inspect.answered` for a line that is answered otherwise already.
Result<void> add_answer(const registry::State& state, const Challenge& challenge,
                        const std::string& verdict, const registry::Draft& result,
                        const std::optional<registry::Draft>& query, StatementWriter& writer);

}  // namespace muster::cli
