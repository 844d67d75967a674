#include "registry/holdings/roster_compare.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "registry/follower.hpp"
#include "registry/past_chips.hpp"
#include "registry/products_at.hpp"
#include "registry/state_root.hpp"
#include "registry/view/view.hpp"

namespace muster::registry {
namespace {

/// Party, site, product, by their ids: two states number their rows as they like.
using Shelf = std::tuple<std::string, std::string, std::string>;

/// Counts everything on its shelf.
class Shelves final {
 public:
  RosterCount& at(const State& state, RowN party, RowN site, RowN product) {
    const Tables& tables = state.tables();
    const Shelf shelf{state.party_name(party), tables.sites[site].id, tables.products[product].id};
    RosterCount& count = counts_[shelf];
    std::tie(count.party, count.site, count.product) = shelf;
    return count;
  }

  std::vector<RosterCount> take() {
    std::vector<RosterCount> list;
    for (auto& [shelf, count] : counts_) {
      const bool any = (count.roster | count.book | count.chips | count.replay) != 0;
      if (any) list.push_back(std::move(count));
    }
    return list;
  }

 private:
  std::map<Shelf, RosterCount> counts_{};
};

void count_custody(const State& state, Index32 size, Shelves& shelves) {
  const ProductsAt products(state, size);
  for (const Custody& row : state.tables().custody.rows()) {
    if (row.from_index >= size) continue;
    if (row.to_index < size) continue;
    ++shelves.at(state, row.party, row.site, products[row.chip]).roster;
  }
}

/// Every move of a chip in its history: one more where it came, one less where it was.
Result<void> count_moves(const State& state, View& view, Index32 size, Shelves& shelves) {
  RowN chip = no_row;
  ChipState before;
  const ProductsAt products(state, size);
  return view.each_state([&](RowN n, Index32 from, Index32 /*to*/, const ChipState& now) {
    if (n != chip) before = ChipState();
    chip = n;
    if (from >= size) return;
    const RowN product = products[n];
    if (before.custody != no_row) --shelves.at(state, before.custodian, before.site, product).book;
    if (now.custody != no_row) ++shelves.at(state, now.custodian, now.site, product).book;
    before = now;
  });
}

void count_chips(const State& state, const PastChips& chips, Index32 size, Shelves& shelves,
                 std::uint64_t RosterCount::*column) {
  const ProductsAt products(state, size);
  for (RowN n = 0; n < chips.count(); ++n) {
    const ChipState& now = chips[n];
    if (now.custody == no_row) continue;
    ++(shelves.at(state, now.custodian, now.site, products[n]).*column);
  }
}

/// Parties that have other chips by one state than by the other.
std::vector<std::string> parties_that_differ(const State& state, const State& again, Index32 size) {
  std::vector<std::string> list;
  for (const RowN party : custodians(state, size)) {
    const CustodianRecord told = custodian_record(state, party, size);
    const RowN row = again.tables().parties.find(told.party);
    if (row == no_row || custodian_record(again, row, size) != told) list.push_back(told.party);
  }
  return list;
}

}  // namespace

bool RosterComparison::agrees() const {
  return other_chips.empty() && replay_faults == 0 &&
         std::ranges::all_of(counts, [](const RosterCount& count) { return count.agrees(); });
}

Result<RosterComparison> compare_rosters(const State& state, View& view, ledger::Store& store,
                                         Index32 size) {
  RosterComparison result{.size = size};
  Follower follower;
  MUSTER_TRY(follow_entries(follower, ledger::mirror_of(store), size,
                            {.after = [&](const Followed& entry) {
                              if (entry.fault != nullptr) ++result.replay_faults;
                            }}));
  MUSTER_TRY_ASSIGN(const PastChips chips, PastChips::after(state, &view, size));
  Shelves shelves;
  count_custody(state, size, shelves);
  MUSTER_TRY(count_moves(state, view, size, shelves));
  count_chips(state, chips, size, shelves, &RosterCount::chips);
  const State& again = follower.state();
  count_chips(again, PastChips::of_now(again), size, shelves, &RosterCount::replay);
  result.counts = shelves.take();
  result.other_chips = parties_that_differ(state, again, size);
  return result;
}

}  // namespace muster::registry
