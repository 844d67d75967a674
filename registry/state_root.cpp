#include "registry/state_root.hpp"

#include <algorithm>

#include "ledger/base/json.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"

namespace muster::registry {
namespace {

constexpr std::string_view leaf_domain = "muster/state/leaf/v1\n";
constexpr std::string_view custodian_domain = "muster/state/custodian/v1\n";

Hash domain_hash(std::string_view domain, const Json& value) {
  return crypto::sha256({as_bytes(domain), as_bytes(canonical_json(value))});
}

}  // namespace

Hash state_leaf(const State& state, RowN chip) {
  const ChipState& now = state.tables().chips[chip];
  const Json site = now.site == no_row ? Json() : Json(state.tables().sites[now.site].id);
  const Json custodian = now.custodian == no_row ? Json() : Json(state.party_name(now.custodian));
  return domain_hash(leaf_domain, {{"chip", state.chip_id(chip).to_string()},
                                   {"custodian", custodian},
                                   {"site", site},
                                   {"life", name_of(now.life)},
                                   {"place", name_of(now.place)},
                                   {"transport", name_of(now.transport)},
                                   {"flags", now.flags},
                                   {"assurance", name_of(now.assurance)},
                                   {"last", state.last_statement(chip).to_hex()}});
}

Hash custodian_leaf(const State& state, RowN party) {
  std::vector<ChipId> chips;
  std::uint64_t tpp = 0;
  for (const RowN n : state.custody_of(party)) {
    const Custody& row = state.tables().custody[n];
    if (row.to_index != no_index) continue;
    chips.push_back(state.chip_id(row.chip));
    tpp += state.tables().products[state.tables().identities[row.chip].product].tpp;
  }
  std::ranges::sort(chips);
  std::vector<Hash> leaves;
  leaves.reserve(chips.size());
  for (const ChipId& chip : chips) leaves.push_back(ledger::leaf_hash(chip.bytes()));
  return domain_hash(custodian_domain, {{"party", state.party_name(party)},
                                        {"count", static_cast<std::int64_t>(chips.size())},
                                        {"tpp", static_cast<std::int64_t>(tpp)},
                                        {"root", ledger::root_hash(leaves).to_hex()}});
}

StateRoots state_roots(const State& state) {
  StateRoots roots;
  roots.chips = state.tables().chips.size();
  std::vector<Hash> leaves;
  leaves.reserve(roots.chips);
  for (RowN n = 0; n < state.tables().chips.size(); ++n) leaves.push_back(state_leaf(state, n));
  roots.root = ledger::root_hash(leaves);
  std::vector<std::pair<std::string, RowN>> parties;
  for (RowN n = 0; n < state.tables().parties.size(); ++n) {
    if (!state.custody_of(n).empty()) parties.emplace_back(state.party_name(n), n);
  }
  std::ranges::sort(parties);
  leaves.clear();
  for (const auto& [name, party] : parties) leaves.push_back(custodian_leaf(state, party));
  roots.custodians = ledger::root_hash(leaves);
  return roots;
}

}  // namespace muster::registry
