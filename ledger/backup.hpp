#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ledger/audit.hpp"
#include "ledger/store/sqlite_store.hpp"

namespace muster::ledger {

/// What two copies of a log have in common if they are copies: two summaries are equal if and only
/// if entries, blobs and checkpoints are.
struct LogSummary {
  TreeHead head;
  std::uint64_t blobs = 0;
  Hash blob_names;  ///< SHA-256 over the sorted names of all blobs.
  std::uint64_t checkpoints = 0;
  Hash checkpoint_texts;              ///< SHA-256 over the checkpoint texts in their order.
  std::optional<std::string> newest;  ///< The newest checkpoint's text.

  friend bool operator==(const LogSummary&, const LogSummary&) = default;
};

/// The summary of a log as it says of itself. Errors: those of the store.
Result<LogSummary> summary_of(Store& store);

/// The summary of a log after an audit by `options` that found all of it to be so.
/// Errors: `corrupt` with the first fault; those of the store.
Result<LogSummary> audited_summary(Store& store, const AuditOptions& options);

/// Copies a log as it is now into the new file `target`, while writers go on, audits the copy by
/// `options` and gives it its name only when it is good.
/// Errors: `conflict` if `target` exists; `corrupt` if the copy has a fault, as the log then has;
/// `unavailable`. Nothing is left behind then.
Result<LogSummary> back_up(Store& log, const std::filesystem::path& target,
                           const AuditOptions& options);

/// What a restored log knows besides its own checkpoints.
struct RestoreKnowledge {
  /// The log's: more than one where the operator changed keys, also after the backup.
  std::vector<VerifierKey> keys;
  /// Signed checkpoints that witnesses, mirrors or receipts have. One that is beyond the backup
  /// keeps the restored log from appending and signing until it has caught up with it.
  std::vector<std::string> newest;
};

/// Puts the backup `source` in the place `log`, where no log may be: copied, audited by `options`,
/// compared with the backup, and made to know the checkpoints in `knowledge`.
/// Errors: `conflict` if `log` exists; `refused` with `restore.other_history` for a checkpoint that
/// the backup contradicts, or those of `verify_checkpoint`; `corrupt` for a fault in the backup;
/// `unavailable`. Nothing is left behind then.
Result<LogSummary> restore(const std::filesystem::path& source, const std::filesystem::path& log,
                           const RestoreKnowledge& knowledge, const AuditOptions& options);

/// Removes what SQLite keeps beside a closed file, and the file.
void remove_log_file(const std::filesystem::path& log);

}  // namespace muster::ledger
