#include "ledger/backup.hpp"

#include <algorithm>
#include <functional>

#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/proofs.hpp"

namespace muster::ledger {
namespace {

namespace fs = std::filesystem;

fs::path beside(const fs::path& path, const char* ending) { return path.string() + ending; }

/// Opens the log in the new file `aside`, lets `work` have it, closes it and gives it its name. On
/// any error nothing is left.
Result<LogSummary> finished_aside(const fs::path& aside, const fs::path& target,
                                  const std::function<Result<LogSummary>(SqliteStore&)>& work) {
  const auto worked = [&]() -> Result<LogSummary> {
    MUSTER_TRY_ASSIGN(const auto store, SqliteStore::open(aside));
    MUSTER_TRY_ASSIGN(LogSummary summary, work(*store));
    MUSTER_TRY(store->checkpoint_database());
    return summary;
  };
  auto summary = worked();
  if (summary) {
    auto moved = move_file(aside, target);
    if (!moved) summary = failure(std::move(moved).error());
  }
  remove_log_file(aside);
  return summary;
}

/// The checkpoints of `knowledge` that say something about the log: good ones, by rising size.
Result<std::vector<std::pair<Checkpoint, std::string>>> verified(
    const RestoreKnowledge& knowledge) {
  std::vector<std::pair<Checkpoint, std::string>> good;
  for (const std::string& text : knowledge.newest) {
    MUSTER_TRY_ASSIGN(Checkpoint checkpoint, verify_log_checkpoint(text, knowledge.keys));
    good.emplace_back(std::move(checkpoint), text);
  }
  std::ranges::stable_sort(good, {}, [](const auto& pair) { return pair.first.size; });
  return good;
}

/// Makes the log know `knowledge`. What it contradicts is refused.
Result<void> tell(Store& store, const RestoreKnowledge& knowledge) {
  MUSTER_TRY_ASSIGN(const auto good, verified(knowledge));
  MUSTER_TRY_ASSIGN(const TreeHead head, store.head());
  for (const auto& [checkpoint, text] : good) {
    if (checkpoint.size > head.size) {
      MUSTER_TRY(store.put_checkpoint(text));
      continue;
    }
    MUSTER_TRY_ASSIGN(const Hash root, root_at(store, checkpoint.size));
    if (root == checkpoint.root) continue;
    return refusal("restore.other_history", "the backup has root " + root.to_hex() + " at " +
                                                std::to_string(checkpoint.size.value) +
                                                " entries, the checkpoint says " +
                                                checkpoint.root.to_hex());
  }
  return {};
}

}  // namespace

void remove_log_file(const fs::path& log) {
  std::error_code ignored;
  for (const char* ending : {"", "-journal", "-wal", "-shm", ".lock"}) {
    fs::remove(beside(log, ending), ignored);
  }
}

Result<LogSummary> summary_of(Store& store) {
  LogSummary summary;
  MUSTER_TRY_ASSIGN(summary.head, store.head());
  MUSTER_TRY_ASSIGN(auto names, store.blob_hashes());
  std::ranges::sort(names);
  summary.blobs = names.size();
  crypto::Sha256 of_names;
  for (const Hash& name : names) of_names.update(name.view());
  summary.blob_names = of_names.finish();
  MUSTER_TRY_ASSIGN(const auto texts, store.checkpoints());
  summary.checkpoints = texts.size();
  crypto::Sha256 of_texts;
  for (const std::string& text : texts) of_texts.update(crypto::sha256(text).view());
  summary.checkpoint_texts = of_texts.finish();
  if (!texts.empty()) summary.newest = texts.back();
  return summary;
}

Result<LogSummary> audited_summary(Store& store, const AuditOptions& options) {
  const LogAudit audit = audit_log(store, options);
  if (!audit.good()) {
    return failure(Errc::corrupt, "audit: " + describe(audit.faults.front()));
  }
  MUSTER_TRY_ASSIGN(LogSummary summary, summary_of(store));
  if (summary.head == audit.head) return summary;
  return failure(Errc::corrupt, "audit: the log changed meanwhile");
}

Result<LogSummary> back_up(Store& log, const fs::path& target, const AuditOptions& options) {
  const fs::path aside = beside(target, ".part");
  std::error_code problem;
  if (fs::exists(target, problem)) {
    return failure(Errc::conflict, target.string() + ": exists already, and is not overwritten");
  }
  remove_log_file(aside);  // of a backup that was broken off
  MUSTER_TRY(log.copy_to(aside));
  return finished_aside(aside, target,
                        [&](SqliteStore& copy) { return audited_summary(copy, options); });
}

Result<LogSummary> restore(const fs::path& source, const fs::path& log,
                           const RestoreKnowledge& knowledge, const AuditOptions& options) {
  std::error_code problem;
  if (fs::exists(log, problem)) {
    return failure(Errc::conflict,
                   log.string() + ": a log is here; move it away first, or repair it in place");
  }
  const fs::path aside = beside(log, ".restored");
  remove_log_file(aside);
  MUSTER_TRY_ASSIGN(const auto backup,
                    SqliteStore::open(source, {.access = sql::Access::read_only}));
  MUSTER_TRY(backup->copy_to(aside));
  return finished_aside(aside, log, [&](SqliteStore& copy) -> Result<LogSummary> {
    MUSTER_TRY_ASSIGN(const LogSummary summary, audited_summary(copy, options));
    MUSTER_TRY_ASSIGN(const LogSummary wanted, summary_of(*backup));
    if (summary != wanted) return failure(Errc::corrupt, "the copy is not the backup");
    MUSTER_TRY(tell(copy, knowledge));
    return summary;
  });
}

}  // namespace muster::ledger
