#include "cli/lease_pools.hpp"

#include <algorithm>
#include <set>

namespace muster::cli {
namespace {

using registry::Index32;
using registry::RowN;
using registry::State;

/// When the lease was in force, within the window if there is one; empty if it was not.
std::optional<Window> term_of(const State& state, const registry::Lease& lease,
                              const std::optional<Window>& window, Index32 size) {
  const auto& statements = state.tables().statements;
  const bool ended = lease.ended < size;
  if (!window) return ended ? std::nullopt : std::optional(Window{lease.from, lease.to});
  const std::int64_t begun = std::max(lease.from.ms, statements[lease.index].accepted_ms);
  const std::int64_t end =
      ended ? std::min(lease.to.ms, statements[lease.ended].accepted_ms) : lease.to.ms;
  const Window term{{std::max(begun, window->from.ms)}, {std::min(end, window->to.ms)}};
  return term.from.ms < term.to.ms ? std::optional(term) : std::nullopt;
}

/// Chips that the party had at any moment of the term, or, without a window, has after `size`
/// entries.
std::uint64_t chips_of(const State& state, RowN party, const Window& term, bool in_window,
                       Index32 size) {
  std::set<RowN> chips;
  for (const RowN n : state.custody_of(party)) {
    const registry::Custody& row = state.tables().custody[n];
    if (row.from_index >= size) continue;
    const bool open = row.to_index >= size;
    const bool held =
        in_window ? row.from_ms < term.to.ms && (open || row.to_ms > term.from.ms) : open;
    if (held) chips.insert(row.chip);
  }
  return chips.size();
}

}  // namespace

std::vector<LeasePool> lease_pools(const State& state, const std::string& tenant,
                                   const std::optional<Window>& window, Index32 size) {
  const auto& tables = state.tables();
  const RowN party = tables.parties.find(tenant);
  std::vector<LeasePool> pools;
  for (const registry::Lease& lease : tables.leases.rows()) {
    if (party == registry::no_row || lease.lessee != party) continue;
    if (lease.capacity == 0 || lease.index >= size) continue;
    const auto term = term_of(state, lease, window, size);
    if (!term) continue;
    pools.push_back({.lease = lease.id,
                     .lessor = state.party_name(lease.lessor),
                     .capacity = lease.capacity,
                     .chips = chips_of(state, lease.lessor, *term, window.has_value(), size),
                     .from = lease.from,
                     .to = lease.to});
  }
  return pools;
}

}  // namespace muster::cli
