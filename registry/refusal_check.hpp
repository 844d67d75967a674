#pragma once

#include <string>

#include "ledger/mirror.hpp"
#include "ledger/refusal.hpp"
#include "registry/submission.hpp"

namespace muster::registry {

/// What a refusal turns out to be when its statement is judged again.
enum class RefusalVerdict {
  stands,         ///< The rules refuse the statement there, by the rule that it names.
  other_rule,     ///< They refuse it, by another rule.
  admitted,       ///< WRONG: they admit it.
  recorded,       ///< WRONG: it was in the log already, so the first receipt was due.
  dated_back,     ///< WRONG: dated before an entry that it counts.
  other_history,  ///< The entries are not those that it was judged by: their root is another.
  faulty_log,     ///< An entry before breaks the rules itself, so nothing can be said.
};

/// Whether the verdict convicts whoever signed the refusal.
[[nodiscard]] bool is_wrong(RefusalVerdict verdict);

struct RefusalJudgement {
  RefusalVerdict verdict;
  std::string why;  ///< A sentence without its full stop.
  Hash root;        ///< Of the entries that it counts, as this copy of the log has them.
};

/// Judges the refused statement again by the rules, after the first entries of a copy of the log as
/// many as the refusal counts, at the time that it names. Every one of these entries is judged too,
/// signatures included; nothing is believed.
/// Errors: `refused` with rule `refusal.other_statement` if `submission` is not what was refused;
/// `invalid_input` if it cannot be read or lacks a manifest; `unavailable` if the copy has fewer
/// entries; those of the mirror.
/// Cost: that of auditing those entries.
Result<RefusalJudgement> judge_refusal(const ledger::Refusal& refusal, const Submission& submission,
                                       const ledger::EntryMirror& log);

}  // namespace muster::registry
