#include "registry/ceremony.hpp"

#include <algorithm>

#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// Whether the signing party is a Prover or the Verifier of the plan, and these are not one.
Result<void> takes_part(const Case& found, RowN plan) {
  const State& state = found.state;
  const auto provers = ceremony_provers(state, plan);
  const RowN verifier = state.tables().plans[plan].party;
  if (provers.empty()) return refusal("ceremony.no_prover", "the plan quotes no freeze");
  if (std::ranges::find(provers, verifier) != provers.end()) {
    return refusal("ceremony.one_party", state.party_name(verifier) +
                                             " is Verifier and Prover of this plan: whoever makes "
                                             "both nonces chooses the value");
  }
  const auto parties = ceremony_parties(state, plan);
  if (std::ranges::find(parties, found.org) != parties.end()) return {};
  std::vector<std::string> names;
  names.reserve(parties.size());
  for (const RowN party : parties) names.push_back(state.party_name(party));
  return refusal("ceremony.not_a_party",
                 "got " + state.party_name(found.org) + ", want one of " + listed(names));
}

/// The plan of the body, before its seal, in which the signing party takes part.
Result<RowN> ceremony_plan(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, plan_of(found, true));
  MUSTER_TRY(takes_part(found, row));
  const Plan& plan = found.tables().plans[row];
  if (plan.sealed == no_index) return row;
  return refusal("ceremony.sealed",
                 plan.id + ": its draw was sealed by entry " + std::to_string(plan.sealed));
}

Result<void> commitment_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, ceremony_plan(found));
  const Plan& plan = found.tables().plans[row];
  const Body body = found.body();
  const Hash& statement = found.tables().statements[plan.index].hash;
  if (body.hash("statement") != statement) {
    return refusal("ceremony.other_plan", "got " + body.text("statement") + ", plan " + plan.id +
                                              " is statement " + statement.to_hex());
  }
  if (const CeremonyPart* part = ceremony_part(found.state, row, found.org)) {
    return refusal("ceremony.committed", found.state.party_name(found.org) +
                                             " committed by entry " +
                                             std::to_string(part->committed));
  }
  for (const CeremonyPart& part : found.tables().ceremony_parts.rows()) {
    if (part.plan == row && part.commitment == body.hash("commitment")) {
      return refusal("ceremony.copied",
                     "the commitment is that of " + found.state.party_name(part.party));
    }
  }
  return {};
}

void commitment_effect(State& state, const Case& found) {
  const Body body = found.body();
  const std::string& plan = body.text("plan");
  state.tables().ceremony_parts.add({.id = plan + "/" + state.party_name(found.org),
                                     .plan = state.tables().plans.find(plan),
                                     .party = found.org,
                                     .commitment = body.hash("commitment"),
                                     .committed = state.now_index()});
}

Result<void> reveal_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, ceremony_plan(found));
  const Plan& plan = found.tables().plans[row];
  const Body body = found.body();
  const CeremonyPart* part = ceremony_part(found.state, row, found.org);
  if (part == nullptr) {
    return refusal("ceremony.not_committed",
                   found.state.party_name(found.org) + " has no commitment in plan " + plan.id);
  }
  if (part->revealed != no_index) {
    return refusal("ceremony.revealed", found.state.party_name(found.org) + " revealed by entry " +
                                            std::to_string(part->revealed));
  }
  const Hash& statement = found.tables().statements[part->committed].hash;
  if (body.hash("committed") != statement) {
    return refusal(
        "ceremony.other_commitment",
        "got " + body.text("committed") + ", its commitment is statement " + statement.to_hex());
  }
  const auto gaps = ceremony_gaps(found.state, row);
  if (!gaps.not_committed.empty()) {
    return refusal("ceremony.too_early", "not committed yet: " + listed(gaps.not_committed));
  }
  const Hash opened = draw::ceremony_commit(ceremony_role(found.state, row, found.org),
                                            plan.plan_hash, body.hash("nonce").bytes);
  if (opened == part->commitment) return {};
  return refusal("ceremony.other_nonce", "the nonce commits to " + opened.to_hex() +
                                             ", committed was " + part->commitment.to_hex());
}

void reveal_effect(State& state, const Case& found) {
  const Body body = found.body();
  const RowN row =
      state.tables().ceremony_parts.find(body.text("plan") + "/" + state.party_name(found.org));
  CeremonyPart& part = state.tables().ceremony_parts.edit(row);
  part.revealed = state.now_index();
  part.nonce = body.hash("nonce");
}

/// The team is at the gate of a site: values that come after may decide its lines.
Result<void> gate_rule(const Case& found) {
  MUSTER_TRY(plan_of(found));
  const std::string id = found.body().text("plan") + "/" + found.body().text("site");
  const RowN row = found.tables().sealed_sites.find(id);
  if (row == no_row) return refusal("draw.not_sealed", id);
  const SealedSite& site = found.tables().sealed_sites[row];
  if (site.opened != no_index) {
    return refusal("draw.opened", id + ", in entry " + std::to_string(site.opened));
  }
  if (site.arrived == no_index) return {};
  return refusal("draw.arrived", id + ": by entry " + std::to_string(site.arrived));
}

void gate_effect(State& state, const Case& found) {
  const std::string id = found.body().text("plan") + "/" + found.body().text("site");
  const RowN row = state.tables().sealed_sites.find(id);
  state.tables().sealed_sites.edit(row).arrived = state.now_index();
}

constexpr std::array<Field, 2> gate_fields{{{"plan", FieldType::name}, {"site", FieldType::name}}};
constexpr std::array<Field, 3> ceremony_commit_fields{
    {{"plan", FieldType::name}, {"statement", FieldType::hash}, {"commitment", FieldType::hash}}};
constexpr std::array<Field, 3> ceremony_reveal_fields{
    {{"plan", FieldType::name}, {"committed", FieldType::hash}, {"nonce", FieldType::hash}}};

constexpr RoleSet both_sides = roles({Role::prover, Role::verifier});

constexpr std::array<Kind, 3> ceremony_rows{{
    {.code = "M1c",
     .name = "draw.ceremony_commit",
     .signers = "a Prover or the Verifier of the plan",
     .roles = both_sides,
     .suspended = Suspended::may,
     .body = ceremony_commit_fields,
     .change = "no chip",
     .guard = "quotes plan.commit; once for each party; not sealed; no copy of another commitment",
     .rule = commitment_rule,
     .effect = commitment_effect},
    {.code = "M1d",
     .name = "draw.ceremony_reveal",
     .signers = "a Prover or the Verifier of the plan",
     .roles = both_sides,
     .suspended = Suspended::may,
     .body = ceremony_reveal_fields,
     .change = "no chip",
     .guard = "every party committed; quotes its own commitment and opens it; once; not sealed",
     .rule = reveal_rule,
     .effect = reveal_effect},
    {.code = "M2c",
     .name = "draw.arrive",
     .signers = "the verifier of the plan",
     .roles = roles({Role::verifier}),
     .body = gate_fields,
     .change = "no chip",
     .guard = "own plan; site sealed, not opened, arrived at once",
     .rule = gate_rule,
     .effect = gate_effect},
}};

}  // namespace

std::span<const Kind> ceremony_kinds() { return ceremony_rows; }

Result<void> sealed_value_stands(const Case& found, RowN plan) {
  const State& state = found.state;
  const Body beacon = found.body().record("beacon");
  const auto gaps = ceremony_gaps(state, plan);
  const bool joined = beacon.text("kind") == "joined";
  if (beacon.text("kind") != "ceremony" && !joined) {
    if (gaps.not_committed.size() == ceremony_parties(state, plan).size()) return {};
    return refusal("draw.ceremony_begun",
                   "a ceremony of this plan stands in the ledger: only its value may decide the "
                   "draw; plan.abandon is the other way out");
  }
  if (!gaps.complete()) {
    return refusal("draw.not_revealed", "not revealed yet: " + listed(gaps.not_revealed));
  }
  const std::string value = ceremony_value(state, plan).to_hex();
  // What other sources of the plan add to it, whoever knows the plan's document can check.
  if (joined || beacon.text("value") == value) return {};
  return refusal("draw.other_value",
                 "got " + beacon.text("value") + ", the ceremony made " + value);
}

}  // namespace muster::registry
