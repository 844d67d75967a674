#pragma once

#include <string>
#include <vector>

#include "ledger/base/timestamp.hpp"
#include "ledger/log.hpp"
#include "registry/state/state.hpp"

namespace muster::registry {

/// Something that somebody has to do by a time.
struct DueClock {
  std::string what{};   ///< "acceptance", "query", "case", "lease", "balance", "hold"
  std::string id{};     ///< Of the shipment, query, case, lease, book or hold.
  std::string want{};   ///< What stops the clock.
  RowN owner = no_row;  ///< Who has to do it.
  Timestamp due{};
  Index32 source = 0;    ///< The statement that started the clock.
  bool overdue = false;  ///< Due before now.
};

/// How long a case may stay open before it is a finding: the limit in which the NRC wants a
/// receiver of nuclear material to report a difference.
inline constexpr std::int64_t case_days = 10;
/// How long after its end a period may be closed.
inline constexpr std::int64_t balance_days = 30;

/// The clocks that run at `now` for one party, or for all (`no_row`), by due time.
///   acceptance: of shipments with open chips that name a time to accept; the receiver's.
///   query: until it is closed; its owner's.
///   case: until it is resolved, `case_days` after it was opened; the charged party's.
///   lease: chips that did not come back at its end; the lessee's.
///   balance: the period after the last closed one, as long as that was, and `balance_days`.
///   and `more`, such as those of `hold_clocks`.
[[nodiscard]] std::vector<DueClock> running_clocks(const State& state, RowN party, Timestamp now,
                                                   std::vector<DueClock> more = {});

/// The clocks of holds that say until when, as long as a chip is under them; the authority's.
/// From the statements themselves: the state does not have the time.
/// Errors: `corrupt`, and those of reading the log.
/// Cost: a pass over what was ever held, and an entry for each hold in force.
Result<std::vector<DueClock>> hold_clocks(const State& state, ledger::Log& log);

}  // namespace muster::registry
