#include "cli/watch/watcher.hpp"

#include <algorithm>

#include "registry/kind.hpp"
#include "registry/operator_key.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t entries_per_look = 256;

std::string entries_text(ledger::TreeSize size) {
  return std::to_string(size.value) + (size.value == 1 ? " entry" : " entries");
}

}  // namespace

Watcher::Watcher(WatchedLog& log, const WatchRules& rules,
                 std::optional<ledger::FollowedHead> before, std::uint64_t since)
    : log_(&log),
      rules_(&rules),
      before_(std::move(before)),
      since_(since),
      follower_({.trusted = before_ ? before_->head.size.value : 0}) {}

/// The keys that the log names as its operator's, up to what is seen of it.
Result<std::vector<ledger::VerifierKey>> Watcher::named_keys(const SeenHead& seen) {
  std::vector<ledger::VerifierKey> keys;
  for (const registry::OperatorKey& row : follower_.state().tables().operator_keys.rows()) {
    const auto key = crypto::PublicKey::parse(row.public_key);
    const bool fits = key && key->ed25519() != nullptr;
    if (fits) keys.emplace_back(rules_->log_keys.front().name(), *key->ed25519());
  }
  const auto mirror = log_->mirror();
  for (std::uint64_t at = tree_.size().value; at < seen.head.size.value;) {
    MUSTER_TRY_ASSIGN(const auto bodies, mirror.read({at}, entries_per_look));
    if (bodies.empty()) break;
    for (const Bytes& body : bodies) {
      const auto entry = ledger::parse_entry(body);
      if (!entry) continue;
      if (auto key = registry::operator_key_in(*entry)) keys.push_back(std::move(*key));
    }
    at += bodies.size();
  }
  return keys;
}

/// One of the keys that were given must have signed, or one that the log names as the operator's
/// beside one of them: that it was named rightly, the rules judge on the way.
Result<void> Watcher::check_signature(const SeenHead& seen) {
  signer_.reset();
  std::vector<ledger::VerifierKey> keys = rules_->log_keys;
  if (keys.empty()) return {};
  if (!seen.note) {
    return refusal("checkpoint.missing",
                   "no checkpoint is signed for " + entries_text(seen.head.size) + " of this log");
  }
  auto checkpoint = ledger::verify_log_checkpoint(*seen.note, keys);
  if (!checkpoint && checkpoint.error().rule == "checkpoint.unknown_key") {
    MUSTER_TRY_ASSIGN(const auto named, named_keys(seen));
    const bool is_theirs = std::ranges::any_of(keys, [&](const ledger::VerifierKey& key) {
      return std::ranges::find(named, key) != named.end();
    });
    if (!is_theirs) return failure(std::move(checkpoint.error()));
    keys = named;
    checkpoint = ledger::verify_log_checkpoint(*seen.note, keys);
  }
  if (!checkpoint) return failure(std::move(checkpoint.error()));
  for (const ledger::VerifierKey& key : keys) {
    if (ledger::verify_log_checkpoint(*seen.note, key)) signer_ = key;
  }
  return {};
}

/// Errors: `watch.older`. Another history is an alarm.
Result<void> Watcher::check_goes_on(const SeenHead& seen) {
  const ledger::TreeSize followed =
      std::max(tree_.size(), before_ ? before_->head.size : ledger::TreeSize{});
  if (seen.head.size < followed) {
    Error older = refusal("watch.older", "got a log of " + entries_text(seen.head.size) +
                                             ", it had " + entries_text(followed) +
                                             " before: an older copy, or it was cut off")
                      .value();
    older.code = Errc::not_found;
    return failure(std::move(older));
  }
  if (!before_ || before_->head.size.value == 0) return {};
  MUSTER_TRY_ASSIGN(auto prefix, log_->prefix(before_->head.size));
  if (prefix.root == before_->head.root) return {};
  LogAlarm alarm{before_->checkpoint && seen.note ? "log.fork" : "log.rewritten",
                 "the log had root " + before_->head.root.to_hex() + " at " +
                     entries_text(before_->head.size) + " before, now it has " +
                     prefix.root.to_hex()};
  if (before_->checkpoint && seen.note) {
    ledger::CheckpointPair fork{*before_->checkpoint, *seen.note};
    if (before_->head.size != seen.head.size) fork.prefix = std::move(prefix);
    alarm.evidence = std::move(fork);
  }
  alarm_ = std::move(alarm);
  return {};
}

std::vector<std::string> Watcher::alerts_of(const registry::Followed& entry,
                                            const registry::State& state) const {
  std::vector<std::string> alerts;
  registry::ConcernFinder::BlobReader none;
  const registry::ConcernFinder finder(rules_->interests, none);
  if (rules_->known && !rules_->known->contains(entry.prepared.statement) &&
      !finder.signing_keys(entry, state).empty()) {
    alerts.emplace_back("key.unknown_use");
  }
  if (rules_->alert_any || rules_->alert_kinds.contains(entry.prepared.event.header.kind)) {
    alerts.emplace_back("kind");
  }
  return alerts;
}

Result<void> Watcher::follow(const SeenHead& seen,
                             const std::function<void(const WatchedEvent&)>& tell) {
  const auto mirror = log_->mirror();
  registry::ConcernFinder finder(rules_->interests, mirror.blob);
  const ledger::EntryMirror hashed{
      [&](ledger::LogIndex first, std::size_t count) -> Result<std::vector<Bytes>> {
        MUSTER_TRY_ASSIGN(auto bodies, mirror.read(first, count));
        for (const Bytes& body : bodies) tree_.append(ledger::leaf_hash(body));
        return bodies;
      },
      mirror.blob};
  const registry::FollowVisitor visitor{
      .before =
          [&](const registry::Followed& entry) {
            if (entry.fault != nullptr && !alarm_) {
              alarm_ = LogAlarm{"entry.fault", "entry " + std::to_string(entry.entry.index.value) +
                                                   ": " + entry.fault->message};
            }
            if (!alarm_) finder.before(entry, follower_.state());
          },
      .after =
          [&](const registry::Followed& entry) {
            if (alarm_ || entry.entry.index.value < since_) return;
            auto why = finder.after(entry, follower_.state());
            if (why.empty()) return;
            tell({entry.entry, entry.prepared.event, std::move(why),
                  alerts_of(entry, follower_.state())});
          }};
  MUSTER_TRY(registry::follow_entries(follower_, hashed, seen.head.size.value, visitor));
  if (alarm_ || tree_.root() == seen.head.root) return {};
  return failure(Errc::corrupt, "the entries lead to root " + tree_.root().to_hex() +
                                    ", the log says " + seen.head.root.to_hex() + ": audit it");
}

/// The signer must be who the log says signs for this size.
void Watcher::check_operator(const SeenHead& seen) {
  if (!signer_ || alarm_) return;
  const auto& rows = follower_.state().tables().operator_keys.rows();
  std::optional<ledger::VerifierKey> named;
  for (const registry::OperatorKey& row : rows) {
    const auto key = crypto::PublicKey::parse(row.public_key);
    const bool counts = key && key->ed25519() != nullptr && row.index < seen.head.size.value;
    if (counts) named.emplace(signer_->name(), *key->ed25519());
  }
  if (named && *named == *signer_) return;
  alarm_ = LogAlarm{"checkpoint.key", "the checkpoint is signed by " + signer_->to_string() +
                                          ", the log names " +
                                          (named ? named->to_string() : std::string("nobody"))};
}

Result<void> Watcher::advance(const std::function<void(const WatchedEvent&)>& tell) {
  if (alarm_) return {};
  MUSTER_TRY_ASSIGN(const SeenHead seen, log_->look());
  MUSTER_TRY(check_signature(seen));
  MUSTER_TRY(check_goes_on(seen));
  if (alarm_) return {};
  MUSTER_TRY(follow(seen, tell));
  check_operator(seen);
  if (alarm_) return {};
  before_ = ledger::FollowedHead{follower_.state().origin(), seen.head, seen.note};
  return {};
}

}  // namespace muster::cli
