#pragma once

#include <filesystem>
#include <functional>
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
  std::uint64_t admitted = 0;       ///< Entries without fault.
  std::uint64_t signatures = 0;     ///< That verify.
  std::uint64_t items = 0;          ///< Chips named by statements, once per statement.
  std::uint64_t spilled_bytes = 0;  ///< Of the state, at the end, in the scratch file.
  bool complete = true;             ///< False if it stopped at `max_faults`.
  std::vector<AuditFault> faults;
};

struct AuditOptions {
  std::size_t threads = 2;
  std::size_t max_faults = 1'000;  ///< Then it stops: the rest follows from the first ones.
  /// Whether signatures are checked too. The rules alone take those of envelopes for good: an audit
  /// of the log (ledger/audit.hpp) has checked them, or will. Those inside payloads, as a device's
  /// answer, are always checked.
  bool signatures = true;
  /// What the process is to come down to between slices of 256 entries, in bytes; 0: whatever it
  /// takes. The state goes into a scratch file where it would be more. Some things stay in memory
  /// whatever is asked: small pieces of the state, names of more than 15 bytes, keys, and the
  /// manifests in work.
  std::uint64_t memory_bytes = 0;
  /// Where the scratch file is made; empty: where the system has such files.
  std::filesystem::path scratch{};
  /// Told now and then how many entries are done.
  std::function<void(std::uint64_t done)> progress{};
};

/// Reads every entry of the log, checks every signature, number and rule again from nothing, and
/// lists all faults. It uses nothing that the writer derived. A faulty entry changes no state, so
/// later entries that build on it are faults as well; the first one is the cause.
///
/// Bytes, chain and tree are audited by ledger/audit.
/// Errors: those of the store, but for entries and manifests that are damaged or not there: they
/// are faults. A disk that does not answer is an error and no fault, as is a lack of memory or of
/// room for the scratch file (`unavailable`). Cost: statements and manifests are read and
/// signatures checked on other threads, while one judges those before.
Result<AuditReport> audit_registry(ledger::Store& store, const AuditOptions& options = {});

}  // namespace muster::registry
