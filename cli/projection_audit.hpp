#pragma once

#include <vector>

#include "cli/context.hpp"
#include "ledger/audit.hpp"

namespace muster::cli {

/// What comparing a registry's view with one made anew from its log gave.
struct ProjectionAudit {
  std::vector<ledger::AuditFault> faults;  ///< Each names table and row.
  std::uint64_t entries = 0;               ///< Of the log that the kept view has seen.
  Hash kept;                               ///< Dump of the view that is kept; zero if unreadable.
  Hash rebuilt;                            ///< Dump of the view made from the log.
  bool complete = true;                    ///< False if there were more faults than are listed.

  [[nodiscard]] bool good() const { return faults.empty(); }
};

/// Rebuilds the view of the registry that `context` names in a scratch folder, as far as the kept
/// one has come, and compares the two row by row. The kept one is only read.
/// Errors: those of the log; what is wrong with the view is a fault.
/// Cost: judges the whole log, with the state in memory; writes two dumps into the scratch folder.
Result<ProjectionAudit> audit_projection(Context& context, std::size_t max_faults);

}  // namespace muster::cli
