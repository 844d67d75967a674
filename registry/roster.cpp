#include "registry/roster.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "ledger/merkle.hpp"
#include "registry/products_at.hpp"

namespace muster::registry {
namespace {

/// A stretch of a window in which a party had a chip, or could use it.
struct Stay {
  RowN chip = no_row;
  RowN custody = no_row;  ///< The row of the custody table, or nothing: a lease.
  std::int64_t from = 0;
  std::int64_t to = 0;
  bool left = false;  ///< It is over, as far as the entries tell.
  bool exit_read = false;

  /// Also between two entries of one instant: an index of the window, though no time.
  [[nodiscard]] bool lies_in(const Window& window) const {
    if (from < to) return true;
    return from == to && from >= window.from.ms && from < window.to.ms;
  }
};

/// [from, to) cut to the window.
Stay cut(const Stay& held, const Window& window) {
  Stay part = held;
  if (held.from == held.to) return part;
  part.from = std::max(held.from, window.from.ms);
  part.to = std::min(held.to, window.to.ms);
  if (part.to <= part.from) part.to = part.from - 1;  // outside: lies in no window
  return part;
}

Stay of_custody(const State& state, RowN n, Index32 size) {
  const Custody& row = state.tables().custody[n];
  const bool open = row.to_index >= size;
  const std::int64_t to = open ? Custody::open_ms : row.to_ms;
  return {row.chip, n, row.from_ms, to, !open, !open && row.exit_index < size};
}

bool is_told(const Custody& row, Index32 size) { return row.from_index < size; }

/// When the lease was not in force, as the first `size` entries tell it, by rising entries.
std::vector<LeaseGap> gaps_of(const State& state, const Lease& lease, Index32 size) {
  std::vector<LeaseGap> gaps;
  for (const LeaseGap& gap : state.tables().lease_gaps.rows()) {
    if (state.tables().leases[gap.lease].index == lease.index && gap.from < size) {
      gaps.push_back(gap);
    }
  }
  return gaps;
}

/// The chips that a lease lets its lessee use: those that it names, or the lessor's whole pool.
void add_lease(const State& state, const Lease& lease, const Window& window, Index32 size,
               std::vector<Stay>& list) {
  const std::int64_t begun =
      std::max(lease.from.ms, state.tables().statements[lease.index].accepted_ms);
  // As the first `size` entries tell it: what ended later goes on.
  const auto end_of = [&](Index32 ended) {
    if (ended >= size) return lease.to.ms;
    return std::min(lease.to.ms, state.tables().statements[ended].accepted_ms);
  };
  const auto add_part = [&](Stay held, std::int64_t from, std::int64_t to) {
    held.from = std::max(held.from, from);
    held.to = std::min(held.to, to);
    if (held.from >= held.to) return;
    held = cut(held, window);
    if (held.lies_in(window)) list.push_back(held);
  };
  const auto gaps = gaps_of(state, lease, size);
  // Ends that were taken back were ends until then.
  const auto add = [&](const Stay& held, std::int64_t to) {
    std::int64_t from = begun;
    for (const LeaseGap& gap : gaps) {
      if (lease.units != 0 && gap.chip != held.chip) continue;
      Stay part = held;
      part.left = true;
      if (lease.units != 0) part.exit_read = gap.exit_read;
      add_part(part, from, end_of(gap.from));
      if (gap.to >= size) return;
      from = state.tables().statements[gap.to].accepted_ms;
    }
    add_part(held, from, to);
  };
  for (RowN n = lease.first; n < lease.first + lease.units; ++n) {
    const LeasedChip& row = state.tables().leased_chips[n];
    const bool ended = row.ended < size;
    add({row.chip, no_row, begun, Custody::open_ms, ended, ended && row.exit_read},
        end_of(row.ended));
  }
  if (lease.capacity == 0) return;
  for (const RowN n : state.custody_of(lease.lessor)) {
    if (!is_told(state.tables().custody[n], size)) continue;
    Stay held = of_custody(state, n, size);
    held.custody = no_row;
    held.left = held.left || lease.ended < size;
    add(held, end_of(lease.ended));
  }
}

/// Everything that the party had or leased in the window, as the first `size` entries tell it.
std::vector<Stay> held_by(const State& state, RowN party, const Window& window, Index32 size) {
  std::vector<Stay> list;
  for (const RowN n : state.custody_of(party)) {
    if (!is_told(state.tables().custody[n], size)) continue;
    const Stay held = cut(of_custody(state, n, size), window);
    if (held.lies_in(window)) list.push_back(held);
  }
  for (const Lease& lease : state.tables().leases.rows()) {
    if (lease.lessee == party && lease.index < size) {
      add_lease(state, lease, window, size, list);
    }
  }
  return list;
}

struct Sum {
  RowN chip = no_row;
  RowN custody = no_row;  // the newest row, if it was in custody
  std::int64_t ms = 0;
  bool left = false;
  bool exit_read = false;
};

/// One sum per chip, by chip row. Time under custody and lease at once counts once.
std::vector<Sum> sums(const State& state, RowN party, const Window& window, Index32 size) {
  std::vector<Stay> list = held_by(state, party, window, size);
  std::ranges::sort(list, [](const Stay& a, const Stay& b) {
    return std::tie(a.chip, a.from, a.custody) < std::tie(b.chip, b.from, b.custody);
  });
  std::vector<Sum> result;
  std::int64_t covered = 0;
  for (const Stay& held : list) {
    if (result.empty() || result.back().chip != held.chip) {
      result.push_back({.chip = held.chip});
      covered = held.from;
    }
    Sum& sum = result.back();
    sum.ms += std::max<std::int64_t>(0, held.to - std::max(held.from, covered));
    covered = std::max(covered, held.to);
    if (held.custody != no_row) sum.custody = held.custody;
    sum.left = held.left;
    sum.exit_read = held.exit_read;
  }
  return result;
}

/// What went to another site of the party, after the window as well, did not leave it.
void keep_what_is_there(const State& state, RowN party, Index32 size, std::vector<Sum>& list) {
  std::unordered_set<RowN> there;
  for (const RowN n : state.custody_of(party)) {
    const Custody& row = state.tables().custody[n];
    if (is_told(row, size) && row.to_index >= size) there.insert(row.chip);
  }
  for (Sum& sum : list) {
    if (!sum.left || !there.contains(sum.chip)) continue;
    sum.left = false;
    sum.exit_read = false;
  }
}

Result<RowN> row_of(const State& state, const PartyId& party) {
  const RowN row = state.tables().parties.find(party.text());
  if (row == no_row) return failure(Errc::not_found, "party " + party.text() + ": not registered");
  return row;
}

/// Where each chip that was leased and not held stood, as the first `size` entries tell it: its
/// newest row of the custody table, whoever had it.
std::unordered_map<RowN, RowN> sites_of_leased(const State& state, const std::vector<Sum>& list,
                                               Index32 size) {
  std::unordered_map<RowN, RowN> sites;
  for (const Sum& sum : list) {
    if (sum.custody == no_row) sites.emplace(sum.chip, no_row);
  }
  if (sites.empty()) return sites;
  for (const Custody& row : state.tables().custody.rows()) {
    if (row.from_index >= size) break;
    const auto found = sites.find(row.chip);
    if (found != sites.end()) found->second = row.site;
  }
  return sites;
}

ProductId product_id(const State& state, RowN product) {
  return ProductId::parse(state.tables().products[product].id).value();
}

}  // namespace

std::vector<RowN> frame_chips(const State& state, RowN party, const Window& window, Index32 size) {
  std::vector<RowN> chips;
  for (const Stay& held : held_by(state, party, window, size)) chips.push_back(held.chip);
  std::ranges::sort(chips);
  chips.erase(std::unique(chips.begin(), chips.end()), chips.end());
  return chips;
}

Result<Frame> frame(const State& state, const PartyId& party, const Window& window,
                    std::optional<Index32> size) {
  MUSTER_TRY_ASSIGN(const RowN row, row_of(state, party));
  Frame result{.party = party, .window = window, .lines = {}};
  const Index32 end = size.value_or(state.size());
  std::vector<Sum> list = sums(state, row, window, end);
  keep_what_is_there(state, row, end, list);
  const auto leased_at = sites_of_leased(state, list, end);
  const ProductsAt products(state, end);
  for (const Sum& sum : list) {
    const RowN site =
        sum.custody == no_row ? leased_at.at(sum.chip) : state.tables().custody[sum.custody].site;
    result.lines.push_back({.chip = state.chip_id(sum.chip),
                            .site = state.tables().sites[site].id,
                            .product = product_id(state, products[sum.chip]),
                            .held_ms = sum.ms,
                            .left = sum.left,
                            .exit_read = sum.exit_read});
  }
  std::ranges::sort(result.lines, {}, &FrameLine::chip);
  return result;
}

std::vector<HeldStretch> held_stretches(const State& state, RowN party, const Window& window,
                                        Index32 size) {
  std::vector<HeldStretch> stretches;
  for (const Stay& held : held_by(state, party, window, size)) {
    stretches.push_back({held.chip, {Timestamp{held.from}, Timestamp{held.to}}});
  }
  std::ranges::stable_sort(stretches, {}, [](const HeldStretch& held) {
    return std::tuple(held.chip, held.time.from.ms);
  });
  return stretches;
}

Result<Roster> roster(const State& state, const PartyId& party, std::optional<Index32> size) {
  MUSTER_TRY_ASSIGN(const RowN row, row_of(state, party));
  const Index32 end = size.value_or(state.size());
  Roster result{.party = party, .size = end, .tpp = 0, .lines = {}};
  const ProductsAt products(state, end);
  result.lines.reserve(state.held().count(row));  // of now, which is what most ask for
  for (const RowN n : state.custody_of(row)) {
    const Custody& held = state.tables().custody[n];
    if (held.from_index >= end || held.to_index < end) continue;
    const RowN product = products[held.chip];
    result.tpp += state.tables().products[product].tpp;
    result.lines.push_back({.chip = state.chip_id(held.chip),
                            .site = state.tables().sites[held.site].id,
                            .product = product_id(state, product),
                            .display = state.display(held.chip)});
  }
  std::ranges::sort(result.lines, {}, &RosterLine::chip);
  return result;
}

std::vector<Hash> declarations(const State& state, RowN party, const Window& window, Index32 size) {
  std::vector<Hash> list;
  for (const Run& run : state.tables().runs.rows()) {
    const bool inside = run.from < window.to && window.from < run.to;
    if (run.party == party && run.index < size && inside) {
      list.push_back(state.tables().statements[run.index].hash);
    }
  }
  return list;
}

Hash declarations_root(const State& state, RowN party, const Window& window, Index32 size) {
  return ledger::root_hash(declarations(state, party, window, size));
}

}  // namespace muster::registry
