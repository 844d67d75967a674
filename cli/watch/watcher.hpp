#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/watch/watched_log.hpp"
#include "ledger/followed_head.hpp"
#include "registry/concern.hpp"

namespace muster::cli {

/// What is looked for, and what of it is an alert.
struct WatchRules {
  registry::Interests interests{};
  /// The statements that the watching party knows of as its own; none: it does not say.
  std::optional<std::set<Hash>> known{};
  std::set<std::string> alert_kinds{};  ///< Kinds whose events are alerts when they concern it.
  bool alert_any = false;               ///< Every event that concerns it is one.
  std::vector<ledger::VerifierKey> log_keys{};  ///< Who must have signed; none: nobody is asked.
};

/// One event that concerns whoever watches.
struct WatchedEvent {
  const ledger::Entry& entry;
  const registry::Event& event;
  std::vector<registry::Concern> why;
  std::vector<std::string> alerts;  ///< "key.unknown_use", "kind"; mostly none.
};

/// Something that is wrong with the log itself.
struct LogAlarm {
  std::string code;  ///< "log.fork", "log.rewritten", "entry.fault", "checkpoint.key"
  std::string text;  ///< A sentence without its full stop.
  std::optional<ledger::Evidence> evidence{};
};

/// Follows a log, entry by entry, and tells of events. Every entry is judged by the rules, whatever
/// it concerns, and the log must go on from what was seen before.
class Watcher final {
 public:
  /// `before`: where an earlier watch stopped. `since`: events below this index are not told.
  /// Borrows log and rules.
  Watcher(WatchedLog& log, const WatchRules& rules, std::optional<ledger::FollowedHead> before,
          std::uint64_t since);

  /// Looks at the log once and follows it to its end. Nothing is told of a log that is not the one
  /// that was followed before, or that nobody signed who should have.
  /// Errors: those of the log; `refused` with rule `checkpoint.*` for one that is not signed by its
  /// operator; `not_found` with rule `watch.older` if it is shorter than what was seen before.
  Result<void> advance(const std::function<void(const WatchedEvent&)>& tell);

  /// What is wrong with the log; then nothing more can be followed.
  [[nodiscard]] const std::optional<LogAlarm>& alarm() const { return alarm_; }
  /// How far it was followed, to go on from later. Nothing before the first time.
  [[nodiscard]] const std::optional<ledger::FollowedHead>& followed() const { return before_; }

 private:
  Result<void> check_signature(const SeenHead& seen);
  Result<std::vector<ledger::VerifierKey>> named_keys(const SeenHead& seen);
  Result<void> check_goes_on(const SeenHead& seen);
  Result<void> follow(const SeenHead& seen, const std::function<void(const WatchedEvent&)>& tell);
  void check_operator(const SeenHead& seen);
  [[nodiscard]] std::vector<std::string> alerts_of(const registry::Followed& entry,
                                                   const registry::State& state) const;

  WatchedLog* log_;
  const WatchRules* rules_;
  std::optional<ledger::FollowedHead> before_;
  std::uint64_t since_;
  registry::Follower follower_;
  ledger::CompactRange tree_;
  std::optional<ledger::VerifierKey> signer_;  // of the checkpoint seen last
  std::optional<LogAlarm> alarm_;
};

}  // namespace muster::cli
