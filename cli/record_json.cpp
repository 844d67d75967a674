#include "cli/record_json.hpp"

#include "cli/print/utf8.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

using registry::Index32;
using registry::State;

/// The entry that made the row.
void add_maker(const State& state, Index32 index, Json& json) {
  const registry::StatementRow& row = state.tables().statements[index];
  json["index"] = index;
  json["kind"] = row.kind;
  json["statement"] = row.hash.to_hex();
}

/// Whether a policy is the newest whose effective index the log has reached.
bool is_in_force(const State& state, const registry::PolicyRow& policy) {
  const registry::PolicyRow* newest = nullptr;
  for (const registry::PolicyRow& row : state.tables().policies.rows()) {
    if (row.effective <= state.size()) newest = &row;
  }
  return newest != nullptr && newest->index == policy.index;
}

}  // namespace

Json finding_json(const State& state, const registry::Finding& finding) {
  const auto& parties = state.tables().parties;
  Json json{{"finding", finding.id},
            {"party", id_or_null(parties, finding.party)},
            {"opener", id_or_null(parties, finding.opener)},
            {"code", finding.code},
            {"opened_index", finding.opened},
            {"closed_index", index_or_null(finding.closed)},
            {"outcome", text_or_null(finding.outcome)},
            {"open", finding.closed == registry::no_index}};
  add_maker(state, finding.opened, json);
  return json;
}

Json dispute_json(const State& state, const registry::Dispute& dispute) {
  Json json{{"dispute", dispute.id},
            {"party", id_or_null(state.tables().parties, dispute.party)},
            {"claim", dispute.claim},
            {"disputed_index", dispute.statement},
            {"disputed", state.tables().statements[dispute.statement].hash.to_hex()},
            {"disputed_kind", state.tables().statements[dispute.statement].kind},
            {"settled_index", index_or_null(dispute.settled)},
            {"ruling", text_or_null(dispute.ruling)},
            {"open", dispute.settled == registry::no_index}};
  add_maker(state, dispute.raised, json);
  return json;
}

Json delegation_json(const State& state, const registry::Delegation& delegation) {
  const auto& parties = state.tables().parties;
  Json json{{"delegation", delegation.id},
            {"principal", id_or_null(parties, delegation.principal)},
            {"delegate", id_or_null(parties, delegation.delegate)},
            {"kinds", delegation.kinds},
            {"sites", delegation.sites},
            {"from", delegation.from.to_string()},
            {"to", delegation.to.to_string()},
            {"max_units", delegation.max_units == 0 ? Json(nullptr) : Json(delegation.max_units)},
            {"units", delegation.units},
            {"revoked_index", index_or_null(delegation.revoked)},
            {"open", delegation.revoked == registry::no_index}};
  add_maker(state, delegation.index, json);
  return json;
}

Json seal_json(const State& state, const registry::Seal& seal) {
  const auto& tables = state.tables();
  Json json{{"seal", seal.id},
            {"holder", id_or_null(tables.holders, seal.holder)},
            {"party", id_or_null(tables.parties, seal.party)},
            {"state", seal.state},
            {"by_authority", seal.by_authority},
            {"last_index", seal.seen},
            {"open", seal.state == "intact"}};
  add_maker(state, seal.index, json);
  return json;
}

Json freeze_json(const State& state, const registry::Freeze& freeze) {
  Json json{{"freeze", freeze.id},
            {"party", id_or_null(state.tables().parties, freeze.party)},
            {"from", freeze.from.to_string()},
            {"to", freeze.to.to_string()},
            {"count", freeze.frame_count},
            {"frame_root", freeze.frame_root.to_hex()},
            {"heads_root", freeze.heads_root.to_hex()},
            {"heads_index", index_or_null(freeze.heads)},
            {"declarations_root", freeze.declarations_root.to_hex()},
            {"declarations", freeze.declarations_count}};
  add_maker(state, freeze.index, json);
  return json;
}

Json policy_row_json(const State& state, const registry::PolicyRow& policy) {
  const auto parameters = parse_json(policy.parameters);
  Json json{{"from_index", policy.effective},
            {"rules_version", policy.rules_version},
            {"parameters", parameters ? *parameters : Json(nullptr)},
            {"open", is_in_force(state, policy)}};
  add_maker(state, policy.index, json);
  return json;
}

std::string value_text(const Json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return print::visible(value.get<std::string>());
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const Json& one : value) text += (text.empty() ? "" : ", ") + value_text(one);
  return text_or_dash(text);
}

}  // namespace muster::cli
