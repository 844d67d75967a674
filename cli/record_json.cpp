#include "cli/record_json.hpp"

#include <algorithm>

#include "cli/print/utf8.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

using registry::Index32;
using registry::RowN;
using registry::State;

/// The entry that made the row.
void add_maker(const State& state, Index32 index, Json& json) {
  const registry::StatementRow& row = state.tables().statements[index];
  json["index"] = index;
  json["kind"] = row.kind;
  json["statement"] = row.hash.to_hex();
}

/// Calls `act(held)` for each chip that is or was under the hold. Those are in order of entries.
template <class Act>
void each_held(const State& state, RowN hold, const Act& act) {
  const auto& rows = state.tables().held.rows();
  const auto first =
      std::ranges::lower_bound(rows, state.tables().holds[hold].index, {}, &registry::Held::since);
  for (auto held = first; held != rows.end(); ++held) {
    if (held->hold == hold) act(*held);
  }
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

Json hold_json(const State& state, RowN row) {
  const registry::Hold& hold = state.tables().holds[row];
  std::uint64_t held = 0;
  std::uint64_t lifted = 0;
  each_held(state, row, [&](const registry::Held& one) {
    ++(one.lifted == registry::no_index ? held : lifted);
  });
  Json json{
      {"hold", hold.id},     {"authority", id_or_null(state.tables().parties, hold.authority)},
      {"basis", hold.basis}, {"held", held},
      {"lifted", lifted},    {"open", held > 0}};
  add_maker(state, hold.index, json);
  return json;
}

std::vector<RowN> held_chips(const State& state, RowN hold) {
  std::vector<RowN> chips;
  each_held(state, hold, [&](const registry::Held& one) {
    if (one.lifted == registry::no_index) chips.push_back(one.chip);
  });
  return chips;
}

Json whole_hold_json(const State& state, RowN hold, const std::function<bool(RowN)>& is_shown) {
  Json chips = Json::array();
  for (const RowN chip : held_chips(state, hold)) {
    if (is_shown(chip)) chips.push_back(state.chip_id(chip).to_string());
  }
  Json json = hold_json(state, hold);
  json["chips"] = std::move(chips);
  return json;
}

Json lot_json(const State& state, const registry::Lot& lot) {
  const auto& tables = state.tables();
  Json json{{"lot", lot.id},
            {"unit", lot.unit},
            {"process", text_or_null(lot.process)},
            {"product", id_or_null(tables.products, lot.product)},
            {"holder", id_or_null(tables.parties, lot.holder)},
            {"site", id_or_null(tables.sites, lot.site)},
            {"wafers", lot.wafers},
            {"quantity", lot.quantity},
            {"in", lot.in},
            {"out", lot.out},
            {"used", lot.used},
            {"scrapped", lot.scrapped},
            {"open", lot.quantity > 0}};
  add_maker(state, lot.index, json);
  return json;
}

Json inventory_json(const State& state, const registry::Inventory& inventory) {
  const auto& tables = state.tables();
  Json json{{"inventory", inventory.id},
            {"party", id_or_null(tables.parties, inventory.party)},
            {"site", id_or_null(tables.sites, inventory.site)},
            {"entries", inventory.entries},
            {"count", inventory.count},
            {"tpp", inventory.tpp},
            {"missing", inventory.missing},
            {"over", inventory.over},
            {"root", inventory.root.to_hex()}};
  add_maker(state, inventory.index, json);
  return json;
}

Json whole_inventory_json(const State& state, const registry::Inventory& inventory) {
  Json missed = Json::array();
  for (const registry::NotFound& one : state.tables().not_found.rows()) {
    if (one.index != inventory.index) continue;
    missed.push_back(
        {{"chip", state.chip_id(one.chip).to_string()}, {"shown", index_or_null(one.shown)}});
  }
  Json json = inventory_json(state, inventory);
  json["not_found"] = std::move(missed);
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
