#include "registry/audit.hpp"

#include <memory>
#include <mutex>

#include "registry/parallel.hpp"
#include "registry/submission.hpp"

namespace muster::registry {
namespace {

constexpr std::size_t entries_per_read = 256;

/// Blobs of the store for several threads; those handed out live as long as this object.
class SharedBlobs final {
 public:
  explicit SharedBlobs(ledger::Store& store) : store_(store) {}

  const Bytes* find(const Hash& hash) {
    const std::scoped_lock lock(mutex_);
    auto bytes = store_.blob(hash);
    if (!bytes) return nullptr;
    kept_.push_back(std::make_unique<Bytes>(std::move(bytes.value())));
    return kept_.back().get();
  }

 private:
  ledger::Store& store_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Bytes>> kept_;
};

class Auditor final {
 public:
  Auditor(ledger::Store& store, const AuditOptions& options) : store_(store), options_(options) {}

  Result<AuditReport> run() {
    MUSTER_TRY_ASSIGN(const auto log, ledger::Log::open(store_));
    while (state_.size() < log.size().value && report_.faults.size() < options_.max_faults) {
      MUSTER_TRY_ASSIGN(const auto entries, log.read({state_.size()}, entries_per_read));
      if (entries.empty()) return failure(Errc::corrupt, "log: an entry is missing");
      judge(entries);
    }
    report_.entries = state_.size();
    return std::move(report_);
  }

 private:
  void judge(const std::vector<ledger::Entry>& entries) {
    SharedBlobs blobs(store_);
    std::vector<Prepared> prepared(entries.size());
    for_each_index(entries.size(), options_.threads, [&](std::size_t i) {
      prepared[i] =
          prepare(entries[i].envelope, [&](const Hash& hash) { return blobs.find(hash); });
    });
    KeyRing brought;
    for (const Prepared& one : prepared) {
      if (!one.error) add_brought_keys(one.event, brought);
    }
    for_each_index(entries.size(), options_.threads, [&](std::size_t i) {
      if (prepared[i].error) return;
      prepared[i].signatures = checked_signatures(entries[i].envelope, keys_, brought);
    });
    for (std::size_t i = 0; i < entries.size(); ++i) follow(entries[i], prepared[i]);
    keys_.merge(brought);
  }

  void follow(const ledger::Entry& entry, const Prepared& prepared) {
    if (prepared.error) return skip(entry, prepared.statement, *prepared.error);
    if (state_.statement_index(prepared.statement)) {
      return skip(
          entry, prepared.statement,
          {Errc::refused, "statement.twice: it stands in the log before", "statement.twice"});
    }
    auto found = registry::judge(state_, prepared.event, prepared.signatures, {entry.accepted_at});
    if (!found) return skip(entry, prepared.statement, found.error());
    report_.signatures += prepared.signatures.size();
    report_.items += found->chips.empty() ? prepared.event.items.items.size() : found->chips.size();
    apply(state_, found.value());
    state_.commit();
  }

  void skip(const ledger::Entry& entry, const Hash& statement, const Error& error) {
    report_.faults.push_back({entry.index, error.rule, error.message});
    pass_over(state_, statement, entry.accepted_at);
    state_.commit();
  }

  ledger::Store& store_;
  AuditOptions options_;
  State state_;
  KeyRing keys_;
  AuditReport report_;
};

}  // namespace

Result<AuditReport> audit_registry(ledger::Store& store, const AuditOptions& options) {
  return Auditor(store, options).run();
}

}  // namespace muster::registry
