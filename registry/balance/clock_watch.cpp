#include "registry/balance/clock_watch.hpp"

#include <algorithm>

namespace muster::registry {
namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

Timestamp after(Timestamp start, std::int64_t days) { return {start.ms + days * day_ms}; }

Timestamp time_of(const State& state, Index32 index) {
  return {state.tables().statements[index].accepted_ms};
}

void add_acceptances(const State& state, std::vector<DueClock>& list) {
  for (const Shipment& row : state.tables().shipments.rows()) {
    if (row.open() == 0 || row.accept_by.ms == 0 || row.release == no_index) continue;
    list.push_back({"acceptance", row.id,
                    "acceptance or refusal of " + std::to_string(row.open()) + " chips",
                    row.receiver, row.accept_by, row.release});
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

}  // namespace

std::vector<DueClock> running_clocks(const State& state, RowN party, Timestamp now) {
  std::vector<DueClock> list;
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
