#include "registry/audit.hpp"

#include "registry/follower.hpp"

namespace muster::registry {
namespace {

constexpr std::size_t entries_per_read = 256;

}  // namespace

Result<AuditReport> audit_registry(ledger::Store& store, const AuditOptions& options) {
  MUSTER_TRY_ASSIGN(const auto log, ledger::Log::open(store));
  Follower follower({.threads = options.threads});
  AuditReport report;
  const auto count = [&](const Followed& one) {
    if (one.fault != nullptr) {
      report.faults.push_back({one.entry.index, one.fault->rule, one.fault->message});
      return;
    }
    report.signatures += one.prepared.signatures.size();
    report.items +=
        one.found->chips.empty() ? one.prepared.event.items.items.size() : one.found->chips.size();
  };
  const auto blob = [&store](const Hash& sha256) { return store.blob(sha256); };
  while (follower.state().size() < log.size().value && report.faults.size() < options.max_faults) {
    MUSTER_TRY_ASSIGN(const auto entries, log.read({follower.state().size()}, entries_per_read));
    if (entries.empty()) return failure(Errc::corrupt, "log: an entry is missing");
    MUSTER_TRY(follower.take(entries, blob, {.before = count}));
  }
  report.entries = follower.state().size();
  return report;
}

}  // namespace muster::registry
