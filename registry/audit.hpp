#pragma once

#include <string>
#include <vector>

#include "ledger/log.hpp"
#include "registry/state/state.hpp"

namespace muster::registry {

/// One thing that is wrong with one entry.
struct AuditFault {
  ledger::LogIndex index;
  std::string rule;  ///< The stable code: "signature.invalid", "custody.not_custodian", …
  std::string message;
};

/// What an audit of the rules found. No faults: every statement was signed by keys valid at its
/// index and admissible where it stands.
struct AuditReport {
  std::uint64_t entries = 0;
  std::uint64_t signatures = 0;  ///< That verify.
  std::uint64_t items = 0;       ///< Chips named by statements, once per statement.
  std::vector<AuditFault> faults;
};

struct AuditOptions {
  std::size_t threads = 2;
  std::size_t max_faults = 1'000;  ///< Then it stops: the rest follows from the first ones.
};

/// Reads every entry of the log, checks every signature, number and rule again from nothing, and
/// lists all faults. It uses nothing that the writer derived. A faulty entry changes no state, so
/// later entries that build on it are faults as well; the first one is the cause.
///
/// Bytes, chain and tree are audited by ledger/audit.
/// Errors: those of the store, such as `corrupt` for an entry that cannot be read.
Result<AuditReport> audit_registry(ledger::Store& store, const AuditOptions& options = {});

}  // namespace muster::registry
