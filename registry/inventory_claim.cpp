#include "registry/inventory_claim.hpp"

#include <algorithm>
#include <iterator>

#include "ledger/merkle.hpp"

namespace muster::registry {

std::string inventory_key(const State& state, const BookScope& scope) {
  return state.party_name(scope.party) + "/" +
         (scope.site == no_row ? std::string() : state.tables().sites[scope.site].id);
}

Hash root_of_ids(const State& state, const std::vector<RowN>& chips) {
  std::vector<ChipId> ids;
  ids.reserve(chips.size());
  for (const RowN chip : chips) ids.push_back(state.chip_id(chip));
  std::ranges::sort(ids);
  std::vector<Hash> leaves;
  leaves.reserve(ids.size());
  for (const ChipId& id : ids) leaves.push_back(ledger::leaf_hash(id.bytes()));
  return ledger::root_hash(leaves);
}

std::uint64_t tpp_of_chips(const State& state, const std::vector<RowN>& chips) {
  std::uint64_t sum = 0;
  for (const RowN chip : chips) {
    sum += state.tables().products[state.tables().identities[chip].product].tpp;
  }
  return sum;
}

InventoryClaim inventory_claim(const State& state, const BookScope& scope,
                               std::vector<RowN> found) {
  std::ranges::sort(found);
  const auto book = book_chips(state, scope, state.size());
  InventoryClaim claim{.entries = state.size(),
                       .count = found.size(),
                       .tpp = tpp_of_chips(state, found),
                       .root = root_of_ids(state, found)};
  std::ranges::set_difference(book, found, std::back_inserter(claim.missing));
  std::ranges::set_difference(found, book, std::back_inserter(claim.over));
  std::vector<RowN> before;
  const RowN last = state.tables().inventories.find(inventory_key(state, scope));
  if (last != no_row) {
    const Inventory& row = state.tables().inventories[last];
    claim.previous = state.tables().statements[row.index].hash;
    before = book_chips(state, scope, row.entries);
  }
  std::vector<RowN> stayed;
  std::ranges::set_intersection(before, book, std::back_inserter(stayed));
  claim.added = book.size() - stayed.size();
  claim.removed = before.size() - stayed.size();
  return claim;
}

}  // namespace muster::registry
