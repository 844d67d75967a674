#include "registry/ceremony.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"

namespace muster::registry {

std::vector<RowN> ceremony_provers(const State& state, RowN plan) {
  const auto& freezes = state.tables().freezes.rows();
  std::vector<RowN> provers;
  for (const std::string& hex : state.tables().plans[plan].freezes) {
    const auto hash = Hash::from_hex(hex);
    const auto index = hash ? state.statement_index(*hash) : std::nullopt;
    if (!index) continue;
    const auto freeze = std::ranges::find(freezes, *index, &Freeze::index);
    if (freeze != freezes.end()) provers.push_back(freeze->party);
  }
  std::ranges::sort(provers, {}, [&](RowN party) { return state.party_name(party); });
  return provers;
}

std::vector<RowN> ceremony_parties(const State& state, RowN plan) {
  std::vector<RowN> parties = ceremony_provers(state, plan);
  parties.push_back(state.tables().plans[plan].party);
  return parties;
}

const CeremonyPart* ceremony_part(const State& state, RowN plan, RowN party) {
  const Tables& tables = state.tables();
  const RowN row =
      tables.ceremony_parts.find(tables.plans[plan].id + "/" + state.party_name(party));
  return row == no_row ? nullptr : &tables.ceremony_parts[row];
}

CeremonyGaps ceremony_gaps(const State& state, RowN plan) {
  CeremonyGaps gaps;
  for (const RowN party : ceremony_parties(state, plan)) {
    const CeremonyPart* part = ceremony_part(state, plan, party);
    if (part == nullptr) gaps.not_committed.push_back(state.party_name(party));
    if (part == nullptr || part->revealed == no_index) {
      gaps.not_revealed.push_back(state.party_name(party));
    }
  }
  return gaps;
}

draw::CeremonyRole ceremony_role(const State& state, RowN plan, RowN party) {
  return state.tables().plans[plan].party == party ? draw::CeremonyRole::verifier
                                                   : draw::CeremonyRole::prover;
}

Hash ceremony_value(const State& state, RowN plan) {
  std::vector<draw::CeremonyNonce> nonces;
  for (const RowN party : ceremony_parties(state, plan)) {
    const CeremonyPart* part = ceremony_part(state, plan, party);
    MUSTER_CHECK(part != nullptr && part->revealed != no_index);
    nonces.push_back(part->nonce.bytes);
  }
  const draw::CeremonyNonce verifier = nonces.back();
  nonces.pop_back();
  return draw::ceremony_value(state.tables().plans[plan].plan_hash, nonces, verifier);
}

}  // namespace muster::registry
