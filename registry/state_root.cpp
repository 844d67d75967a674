#include "registry/state_root.hpp"

#include <algorithm>

#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"
#include "registry/products_at.hpp"
#include "registry/state_record.hpp"

namespace muster::registry {
namespace {

constexpr std::string_view custodian_domain = "muster/state/custodian/v1\n";

/// Whether a row of the custody table counts after `size` entries.
bool is_held(const Custody& row, Index32 size) {
  return row.from_index < size && row.to_index >= size;
}

}  // namespace

Hash roster_item_leaf(const RosterItem& item) {
  std::array<std::uint8_t, 24> bytes{};
  std::ranges::copy(item.chip.bytes(), bytes.begin());
  std::ranges::copy(u64be(item.tpp), bytes.begin() + 16);
  return ledger::leaf_hash(bytes);
}

Hash roster_root(std::span<const RosterItem> items) {
  std::vector<Hash> leaves;
  leaves.reserve(items.size());
  for (const RosterItem& item : items) leaves.push_back(roster_item_leaf(item));
  return ledger::root_hash(leaves);
}

std::uint64_t roster_tpp(std::span<const RosterItem> items) {
  constexpr auto most = static_cast<std::uint64_t>(max_json_integer);
  std::uint64_t sum = 0;
  for (const RosterItem& item : items) sum += std::min(item.tpp, most - sum);
  return sum;
}

Hash custodian_leaf(const CustodianRecord& record) {
  const Json json{{"party", record.party},
                  {"count", record.count},
                  {"tpp", record.tpp},
                  {"root", record.root.to_hex()}};
  return crypto::sha256({as_bytes(custodian_domain), as_bytes(canonical_json(json))});
}

std::vector<RosterItem> roster_items(const State& state, RowN party, Index32 size) {
  const Tables& tables = state.tables();
  std::vector<RosterItem> items;
  const ProductsAt products(state, size);
  for (const RowN n : state.custody_of(party)) {
    const Custody& row = tables.custody[n];
    if (!is_held(row, size)) continue;
    items.push_back({state.chip_id(row.chip), tables.products[products[row.chip]].tpp});
  }
  std::ranges::sort(items);
  return items;
}

std::vector<RowN> custodians(const State& state, Index32 size) {
  std::vector<RowN> parties;
  for (RowN n = 0; n < state.tables().parties.size(); ++n) {
    const auto& rows = state.custody_of(n);
    // The oldest row comes first: with a later one, the party had nothing by then.
    if (!rows.empty() && state.tables().custody[rows.front()].from_index < size) {
      parties.push_back(n);
    }
  }
  std::ranges::sort(parties, {}, [&](RowN n) { return state.party_name(n); });
  return parties;
}

CustodianRecord custodian_record(const State& state, RowN party, Index32 size) {
  const auto items = roster_items(state, party, size);
  return {.party = state.party_name(party),
          .count = items.size(),
          .tpp = roster_tpp(items),
          .root = roster_root(items)};
}

std::vector<Hash> state_leaves(const State& state, const PastChips& chips) {
  std::vector<Hash> leaves;
  leaves.reserve(chips.count());
  std::string scratch;
  for (RowN n = 0; n < chips.count(); ++n) {
    leaves.push_back(state_leaf(state, n, chips[n], scratch));
  }
  return leaves;
}

StateRoots state_roots(const State& state) {
  StateRoots roots;
  roots.chips = state.tables().chips.size();
  roots.root = ledger::root_hash(state_leaves(state, PastChips::of_now(state)));
  std::vector<Hash> leaves;
  for (const RowN party : custodians(state, state.size())) {
    leaves.push_back(custodian_leaf(custodian_record(state, party, state.size())));
  }
  roots.parties = leaves.size();
  roots.custodians = ledger::root_hash(leaves);
  return roots;
}

Json commit_body(const StateRoots& roots) {
  return {{"chips", roots.chips},
          {"root", roots.root.to_hex()},
          {"parties", roots.parties},
          {"custodians", roots.custodians.to_hex()}};
}

}  // namespace muster::registry
