#include "registry/roster.hpp"

#include <algorithm>

#include "ledger/merkle.hpp"

namespace muster::registry {
namespace {

/// How a custody row lies in a window, as the first `size` entries tell it.
struct HeldRow {
  bool any = false;
  std::int64_t ms = 0;
};

HeldRow overlap(const Custody& row, const Window& window, Index32 size) {
  if (row.from_index >= size) return {};
  const std::int64_t end = row.to_index < size ? row.to_ms : Custody::open_ms;
  const std::int64_t from = std::max(row.from_ms, window.from.ms);
  const std::int64_t to = std::min(end, window.to.ms);
  if (from < to) return {true, to - from};
  // HeldRow between two entries of one instant: an index of the window, though no time.
  const bool instant =
      row.from_ms == end && row.from_ms >= window.from.ms && row.from_ms < window.to.ms;
  return {instant, 0};
}

struct Sum {
  RowN chip;
  RowN custody;  // the newest row
  std::int64_t ms;
};

/// One sum per chip, by chip row.
std::vector<Sum> sums(const State& state, RowN party, const Window& window, Index32 size) {
  std::vector<Sum> list;
  for (const RowN n : state.custody_of(party)) {
    const Custody& row = state.tables().custody[n];
    const HeldRow held = overlap(row, window, size);
    if (held.any) list.push_back({row.chip, n, held.ms});
  }
  std::ranges::sort(list, [](const Sum& a, const Sum& b) {
    return a.chip != b.chip ? a.chip < b.chip : a.custody < b.custody;
  });
  std::size_t kept = 0;
  for (const Sum& sum : list) {
    if (kept > 0 && list[kept - 1].chip == sum.chip) {
      list[kept - 1] = {sum.chip, sum.custody, list[kept - 1].ms + sum.ms};
    } else {
      list[kept++] = sum;
    }
  }
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(kept), list.end());
  return list;
}

Result<RowN> row_of(const State& state, const PartyId& party) {
  const RowN row = state.tables().parties.find(party.text());
  if (row == no_row) return failure(Errc::not_found, "party " + party.text() + ": not registered");
  return row;
}

ProductId product_of(const State& state, RowN chip) {
  const RowN product = state.tables().identities[chip].product;
  return ProductId::parse(state.tables().products[product].id).value();
}

}  // namespace

std::vector<RowN> frame_chips(const State& state, RowN party, const Window& window, Index32 size) {
  std::vector<RowN> chips;
  for (const RowN n : state.custody_of(party)) {
    const Custody& row = state.tables().custody[n];
    if (overlap(row, window, size).any) chips.push_back(row.chip);
  }
  std::ranges::sort(chips);
  chips.erase(std::unique(chips.begin(), chips.end()), chips.end());
  return chips;
}

Result<Frame> frame(const State& state, const PartyId& party, const Window& window,
                    std::optional<Index32> size) {
  MUSTER_TRY_ASSIGN(const RowN row, row_of(state, party));
  Frame result{.party = party, .window = window, .lines = {}};
  for (const Sum& sum : sums(state, row, window, size.value_or(state.size()))) {
    const Custody& last = state.tables().custody[sum.custody];
    result.lines.push_back({.chip = state.chip_id(sum.chip),
                            .site = state.tables().sites[last.site].id,
                            .product = product_of(state, sum.chip),
                            .held_ms = sum.ms,
                            .exit_read = last.exit_index < size.value_or(state.size())});
  }
  std::ranges::sort(result.lines, {}, &FrameLine::chip);
  return result;
}

Result<Roster> roster(const State& state, const PartyId& party, std::optional<Index32> size) {
  MUSTER_TRY_ASSIGN(const RowN row, row_of(state, party));
  const Index32 end = size.value_or(state.size());
  Roster result{.party = party, .size = end, .tpp = 0, .lines = {}};
  for (const RowN n : state.custody_of(row)) {
    const Custody& held = state.tables().custody[n];
    if (held.from_index >= end || held.to_index < end) continue;
    result.tpp += state.tables().products[state.tables().identities[held.chip].product].tpp;
    result.lines.push_back({.chip = state.chip_id(held.chip),
                            .site = state.tables().sites[held.site].id,
                            .product = product_of(state, held.chip),
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
