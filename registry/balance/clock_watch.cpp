#include "registry/balance/clock_watch.hpp"

#include <algorithm>
#include <map>

#include "registry/event.hpp"

namespace muster::registry {
namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

Timestamp after(Timestamp start, std::int64_t days) { return {start.ms + days * day_ms}; }

Timestamp time_of(const State& state, Index32 index) {
  return {state.tables().statements[index].accepted_ms};
}

std::string chips_text(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " chip" : " chips");
}

/// How many chips of each shipment are on their way back: their receiver has answered.
std::map<RowN, std::uint64_t> returning_now(const State& state) {
  std::map<RowN, std::uint64_t> chips;
  for (const ChipState& chip : state.tables().chips.rows()) {
    const bool counts = chip.shipment != no_row && chip.transport == Transport::returning;
    if (counts) ++chips[chip.shipment];
  }
  return chips;
}

void add_acceptances(const State& state, std::vector<DueClock>& list) {
  const auto& shipments = state.tables().shipments;
  const auto returning = returning_now(state);
  for (RowN n = 0; n < shipments.size(); ++n) {
    const Shipment& row = shipments[n];
    if (row.open() == 0 || row.accept_by.ms == 0 || row.release == no_index) continue;
    const auto back = returning.find(n);
    const std::uint64_t refused = back == returning.end() ? 0 : back->second;
    if (row.open() > refused) {
      list.push_back({"acceptance", row.id,
                      "acceptance or refusal of " + chips_text(row.open() - refused), row.receiver,
                      row.accept_by, row.release});
    }
    if (refused > 0) {
      list.push_back({"return", row.id, "taking back " + chips_text(refused), row.sender,
                      row.accept_by, row.release});
    }
  }
}

void add_queries(const State& state, std::vector<DueClock>& list) {
  for (const Query& row : state.tables().queries.rows()) {
    if (row.closed != no_index) continue;
    const bool answered = row.answered != no_index;
    list.push_back({"query", row.id, answered ? "its closing" : "an answer",
                    answered ? row.opener : row.owner, row.due, row.opened});
  }
}

void add_cases(const State& state, std::vector<DueClock>& list) {
  for (const CaseFile& row : state.tables().cases.rows()) {
    const bool counts = row.resolved == no_index && (row.open_lines > 0 || row.quantity > 0) &&
                        state.tables().statements[row.index].corrected == no_index;
    if (!counts) continue;
    list.push_back({"case", row.id, "a resolution: " + row.kind, row.against,
                    after(time_of(state, row.index), case_days), row.index});
  }
}

void add_leases(const State& state, std::vector<DueClock>& list) {
  for (const Lease& row : state.tables().leases.rows()) {
    if (row.ended != no_index || (row.open == 0 && row.capacity == 0)) continue;
    list.push_back({"lease", row.id, "its end", row.lessee, row.to, row.index});
  }
}

void add_balances(const State& state, std::vector<DueClock>& list) {
  for (const Balance& row : state.tables().balances.rows()) {
    if (state.tables().statements[row.index].corrected != no_index) continue;
    const Timestamp end{row.to.ms + (row.to.ms - row.from.ms)};
    list.push_back({"balance", row.id, "the period from " + row.to.to_string() + " closed",
                    row.party, after(end, balance_days), row.index});
  }
}

/// How many chips are under each hold that is in force.
std::map<RowN, std::uint64_t> held_now(const State& state) {
  std::map<RowN, std::uint64_t> chips;
  for (const Held& row : state.tables().held.rows()) {
    if (row.lifted == no_index) ++chips[row.hold];
  }
  return chips;
}

/// Until when the hold that the statement at `index` set is to last, or 0.
Result<Timestamp> hold_ends(ledger::Log& log, Index32 index) {
  MUSTER_TRY_ASSIGN(const auto entries, log.read({index}, 1));
  if (entries.empty()) return failure(Errc::corrupt, "log: the entry of a hold is missing");
  const ledger::Envelope& envelope = entries.front().envelope;
  MUSTER_TRY_ASSIGN(const Event said,
                    parse_event(envelope.payload, ledger::statement_hash(envelope)));
  const Body body = (said.instead ? *said.instead : said).fields();
  return body.has("until") ? body.time("until") : Timestamp{};
}

}  // namespace

Result<std::vector<DueClock>> hold_clocks(const State& state, ledger::Log& log) {
  std::vector<DueClock> list;
  for (const auto& [row, chips] : held_now(state)) {
    const Hold& hold = state.tables().holds[row];
    MUSTER_TRY_ASSIGN(const Timestamp until, hold_ends(log, hold.index));
    if (until.ms == 0) continue;
    list.push_back({"hold", hold.id, "clearance or seizure of " + chips_text(chips), hold.authority,
                    until, hold.index});
  }
  return list;
}

std::vector<DueClock> running_clocks(const State& state, RowN party, Timestamp now,
                                     std::vector<DueClock> more) {
  std::vector<DueClock> list = std::move(more);
  add_acceptances(state, list);
  add_queries(state, list);
  add_cases(state, list);
  add_leases(state, list);
  add_balances(state, list);
  if (party != no_row) std::erase_if(list, [&](const DueClock& c) { return c.owner != party; });
  for (DueClock& clock : list) clock.overdue = clock.due < now;
  std::ranges::stable_sort(list, {}, [](const DueClock& c) { return c.due.ms; });
  return list;
}

}  // namespace muster::registry
