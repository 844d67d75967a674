#pragma once

#include <optional>
#include <string>

#include "cli/home.hpp"
#include "cli/log_operator.hpp"
#include "cli/waiting_room.hpp"

namespace muster::cli {

/// How long the operator may take: "30m", "24h", "7d"; from 1 minute to 30 days.
/// Errors: `invalid_input`, naming the option.
Result<std::int64_t> merge_delay_ms(const std::string& text, const char* option);

/// What a party gets who hands a statement in.
struct HandedIn {
  Hash statement;
  std::optional<ledger::LogIndex> recorded{};  ///< It is in the log; nothing is promised.
  std::optional<Waiting> waiting{};            ///< Else it waits, and this is promised:
  std::string promise{};                       ///< the signed note
  Timestamp deadline{};
  bool again = false;  ///< The promise was given before.
};

/// Takes statements in and signs for it that they will be recorded or refused in time. A statement
/// is on the disk before its promise is signed, and its promise before it is handed out.
class PromiseDesk final {
 public:
  /// Errors: `unavailable` where the operator's key is not here. Borrows both.
  static Result<PromiseDesk> open(Context& context, Home& home);

  [[nodiscard]] WaitingRoom& room() { return room_; }

  /// The same statement with the same signatures again has the first promise, whatever `delay_ms`.
  /// Errors: `invalid_input` for what cannot be read; `refused` with rule `origin.other_log` or
  /// `promise.unknown_author` (no signature by a valid key of a party, so anybody could have made
  /// it); `corrupt` if the log contradicts what it signed; those of files.
  Result<HandedIn> take(const registry::Submission& submission, std::int64_t delay_ms);

 private:
  PromiseDesk(Home& home, LogOperator keeper, Clock& clock, WaitingRoom room)
      : home_(&home), operator_(std::move(keeper)), clock_(&clock), room_(std::move(room)) {}
  Result<void> check_author(const registry::Submission& submission) const;
  Result<std::string> sign(const registry::Submission& submission, std::int64_t delay_ms) const;

  Home* home_;
  LogOperator operator_;
  Clock* clock_;
  WaitingRoom room_;
};

/// The statements that wait in a registry's folder.
[[nodiscard]] WaitingRoom waiting_room(const Home& home);

}  // namespace muster::cli
