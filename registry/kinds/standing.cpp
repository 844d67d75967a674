#include <algorithm>

#include "registry/chip_rules.hpp"
#include "registry/delegation.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

Result<RowN> party_in(const Case& found, const char* field) {
  const std::string& id = found.body().text(field);
  const RowN row = found.tables().parties.find(id);
  if (row == no_row) return refusal("party.unknown", std::string(field) + " " + id);
  return row;
}

Result<void> party_suspend_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, party_in(found, "party"));
  const Party& party = found.tables().parties[row];
  if (has_role(found, row, Role::registrar)) {
    return refusal("suspend.registrar", party.id + " keeps the register and is not suspended");
  }
  if (party.suspended != no_index) {
    return refusal("suspend.already",
                   party.id + " is suspended from entry " + std::to_string(party.suspended));
  }
  const std::uint64_t from = found.body().integer_or("from_index", found.state.size());
  if (from >= found.state.size() && from < no_index) return {};
  return refusal("suspend.index", "from_index: got " + std::to_string(from) + ", want " +
                                      std::to_string(found.state.size()) + " or later");
}

void party_suspend_effect(State& state, const Case& found) {
  const Body body = found.body();
  Party& party = state.tables().parties.edit(state.tables().parties.find(body.text("party")));
  party.suspended = static_cast<Index32>(body.integer_or("from_index", state.now_index()));
  party.suspended_by = found.org;
}

Result<void> reinstate_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, party_in(found, "party"));
  const Party& party = found.tables().parties[row];
  if (party.suspended == no_index) return refusal("suspend.none", party.id);
  if (party.suspended_by == found.org || has_role(found, found.org, Role::authority)) return {};
  return refusal("suspend.not_yours",
                 party.id + " was suspended by " + found.state.party_name(party.suspended_by));
}

void reinstate_effect(State& state, const Case& found) {
  Party& party =
      state.tables().parties.edit(state.tables().parties.find(found.body().text("party")));
  party.suspended = no_index;
  party.suspended_by = no_row;
}

Result<void> succeed_rule_of_party(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN party, party_in(found, "party"));
  MUSTER_TRY_ASSIGN(const RowN successor, party_in(found, "successor"));
  const Party& row = found.tables().parties[party];
  if (row.successor != no_row) {
    return refusal("successor.already",
                   row.id + " was succeeded by " + found.state.party_name(row.successor));
  }
  if (party == successor || succeeds(found.state, party, successor)) {
    return refusal("successor.cycle", row.id + " would succeed itself");
  }
  if (has_role(found, party, Role::registrar)) {
    return refusal("successor.registrar", row.id + " keeps the register");
  }
  if (std::ranges::find(found.signers, successor) != found.signers.end()) return {};
  return refusal("signature.second_party",
                 "wants the signature of the successor " + found.body().text("successor"));
}

void succeed_effect_of_party(State& state, const Case& found) {
  auto& parties = state.tables().parties;
  const RowN successor = parties.find(found.body().text("successor"));
  parties.edit(parties.find(found.body().text("party"))).successor = successor;
}

Result<void> close_rule(const Case& found) {
  const std::string& id = found.body().text("site");
  const auto& tables = found.tables();
  const RowN row = tables.sites.find(id);
  if (row == no_row) return refusal("site.unknown", id);
  const Site& site = tables.sites[row];
  if (site.party != found.org) {
    return refusal("site.not_yours", id + " belongs to " + found.state.party_name(site.party));
  }
  if (site.closed != no_index) {
    return refusal("site.closed", id + " since entry " + std::to_string(site.closed));
  }
  const auto chips = std::ranges::count_if(tables.chips.rows(), [&](const ChipState& chip) {
    return chip.site == row && chip.custodian != no_row;
  });
  const auto lots = std::ranges::count_if(
      tables.lots.rows(), [&](const Lot& lot) { return lot.site == row && lot.quantity > 0; });
  const auto coming = std::ranges::count_if(tables.shipments.rows(), [&](const Shipment& shipment) {
    return shipment.destination == row && shipment.open() > 0;
  });
  if (chips + lots + coming == 0) return {};
  return refusal("site.in_use", id + " has " + std::to_string(chips) + " chips and " +
                                    std::to_string(lots) + " lots on its book, and " +
                                    std::to_string(coming) + " shipments under way to it");
}

void close_effect(State& state, const Case& found) {
  auto& sites = state.tables().sites;
  sites.edit(sites.find(found.body().text("site"))).closed = state.now_index();
}

Result<void> product_amend_rule(const Case& found) {
  const Body body = found.body();
  const auto& products = found.tables().products;
  const RowN row = products.find(body.text("product"));
  if (row == no_row) return refusal("product.unknown", body.text("product"));
  if (products[row].designer != found.org) {
    return refusal("product.not_yours", products[row].id + " belongs to " +
                                            found.state.party_name(products[row].designer));
  }
  MUSTER_TRY(tpp_is_countable(found));
  const RowN old = products.find(body.text("version"));
  if (old == no_row) return {};
  return id_in_use(found.state, "product.exists", body.text("version"), products[old].index);
}

void product_amend_effect(State& state, const Case& found) {
  const Body body = found.body();
  auto& products = state.tables().products;
  const RowN base = products.find(body.text("product"));
  Product row = products[base];
  row.id = body.text("version");
  row.base = base;
  row.index = state.now_index();
  if (body.has("name")) row.name = body.text("name");
  if (body.has("model")) row.model = body.text("model");
  row.tpp = body.integer_or("tpp", row.tpp);
  row.dies = body.integer_or("dies", row.dies);
  if (body.has("die_area_mm2")) row.die_area_mm2 = body.text("die_area_mm2");
  if (body.has("eccn")) row.eccn = body.text("eccn");
  products.add(std::move(row));
}

/// Kinds that a delegate may say, of those that the grant names.
Result<void> kinds_may_be_delegated(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const Kind* kind = find_kind(name);
    if (kind == nullptr) return refusal("delegate.kind", "\"" + name + "\" is not a kind");
    if (kind->own_hand || kind->weighty || kind->co_signer == CoSigner::possession) {
      return refusal("delegate.own_hand", name + " is said by the party itself");
    }
  }
  return {};
}

Result<void> grant_delegation_rule(const Case& found) {
  const Body body = found.body();
  if (const RowN old = found.tables().delegations.find(body.text("delegation")); old != no_row) {
    return id_in_use(found.state, "delegate.exists", body.text("delegation"),
                     found.tables().delegations[old].index);
  }
  MUSTER_TRY_ASSIGN(const RowN delegate, party_in(found, "delegate"));
  if (delegate == found.org) return refusal("delegate.self", body.text("delegate"));
  const auto kinds_named = body.list("kinds");
  if (kinds_named.empty()) return refusal("delegate.kind", "names no kind");
  MUSTER_TRY(kinds_may_be_delegated(kinds_named));
  for (const std::string& site : body.list("sites")) {
    const RowN row = found.tables().sites.find(site);
    if (row == no_row) return refusal("site.unknown", site);
    if (found.tables().sites[row].party != found.org) {
      return refusal("site.not_yours", site + " belongs to " +
                                           found.state.party_name(found.tables().sites[row].party));
    }
  }
  return {};
}

void grant_delegation_effect(State& state, const Case& found) {
  const Body body = found.body();
  const Window window = body.window("window");
  state.tables().delegations.add({.id = body.text("delegation"),
                                  .principal = found.org,
                                  .delegate = state.tables().parties.find(body.text("delegate")),
                                  .kinds = body.list("kinds"),
                                  .sites = body.list("sites"),
                                  .from = window.from,
                                  .to = window.to,
                                  .max_units = body.integer_or("max_units", 0),
                                  .index = state.now_index()});
}

Result<void> revoke_delegation_rule(const Case& found) {
  const std::string& id = found.body().text("delegation");
  const RowN row = found.tables().delegations.find(id);
  if (row == no_row) return refusal("delegate.unknown", id);
  const Delegation& delegation = found.tables().delegations[row];
  // The delegate may lay it down.
  if (delegation.principal != found.org && delegation.delegate != found.org) {
    return refusal("delegate.not_yours",
                   id + " was granted by " + found.state.party_name(delegation.principal));
  }
  if (delegation.revoked == no_index) return {};
  return refusal("delegate.revoked", id + " by entry " + std::to_string(delegation.revoked));
}

void revoke_delegation_effect(State& state, const Case& found) {
  auto& delegations = state.tables().delegations;
  delegations.edit(delegations.find(found.body().text("delegation"))).revoked = state.now_index();
}

constexpr std::array<Field, 3> party_suspend_fields{{{"party", FieldType::name},
                                                     {"reason", FieldType::text},
                                                     {"from_index", FieldType::integer, false}}};
constexpr std::array<Field, 2> reinstate_fields{
    {{"party", FieldType::name}, {"reason", FieldType::text}}};
constexpr std::array<Field, 4> succeed_party_fields{
    {{"party", FieldType::name},
     {"successor", FieldType::name},
     {"cause", FieldType::text, true, "merged|sold|dissolved|vanished"},
     {"reason", FieldType::text}}};
constexpr std::array<Field, 2> close_fields{
    {{"site", FieldType::name}, {"reason", FieldType::text}}};
constexpr std::array<Field, 10> product_amend_fields{{{"product", FieldType::name},
                                                      {"version", FieldType::name},
                                                      {"reason", FieldType::text},
                                                      {"name", FieldType::text, false},
                                                      {"tpp", FieldType::integer, false},
                                                      {"dies", FieldType::positive, false},
                                                      {"model", FieldType::name, false},
                                                      {"die_area_mm2", FieldType::decimal, false},
                                                      {"memory_gb", FieldType::decimal, false},
                                                      {"eccn", FieldType::text, false}}};
constexpr std::array<Field, 6> delegation_fields{{{"delegation", FieldType::name},
                                                  {"delegate", FieldType::name},
                                                  {"kinds", FieldType::texts},
                                                  {"sites", FieldType::names, false},
                                                  {"window", FieldType::window},
                                                  {"max_units", FieldType::positive, false}}};
constexpr std::array<Field, 2> undelegate_fields{
    {{"delegation", FieldType::name}, {"reason", FieldType::text}}};

constexpr std::array<Kind, 7> standing_rows{{
    {.code = "A2",
     .name = "org.suspend",
     .signers = "registrar or authority",
     .weighty = true,
     .roles = roles({Role::registrar, Role::authority}),
     .body = party_suspend_fields,
     .change = "no chip; the party reports, corrects, disputes and releases to an authority only",
     .guard = "party not suspended, not the registrar; from this entry on, or a later one",
     .rule = party_suspend_rule,
     .effect = party_suspend_effect},
    {.code = "A2b",
     .name = "org.reinstate",
     .signers = "who suspended it, or an authority",
     .weighty = true,
     .roles = roles({Role::registrar, Role::authority}),
     .body = reinstate_fields,
     .change = "no chip",
     .guard = "party suspended",
     .rule = reinstate_rule,
     .effect = reinstate_effect},
    {.code = "A6b",
     .name = "site.close",
     .signers = "the party that runs it",
     .own_hand = true,
     .body = close_fields,
     .change = "no chip; nothing happens at the site any more",
     .guard = "no chip and no lot on its book, no shipment under way to it",
     .rule = close_rule,
     .effect = close_effect},
    {.code = "A7b",
     .name = "product.amend",
     .signers = "the product's designer",
     .roles = roles({Role::designer}),
     .body = product_amend_fields,
     .change = "no chip; a new version with an id of its own, other figures as before",
     .guard = "own product; version id new",
     .rule = product_amend_rule,
     .effect = product_amend_effect},
    {.code = "A8",
     .name = "delegate.grant",
     .signers = "the principal",
     .own_hand = true,
     .body = delegation_fields,
     .change = "no chip; the delegate may say these kinds on its behalf",
     .guard = "delegation id new; kinds that a delegate may say; own sites",
     .rule = grant_delegation_rule,
     .effect = grant_delegation_effect},
    {.code = "A8b",
     .name = "delegate.revoke",
     .signers = "the principal, or the delegate",
     .own_hand = true,
     .body = undelegate_fields,
     .change = "no chip",
     .guard = "delegation not revoked",
     .rule = revoke_delegation_rule,
     .effect = revoke_delegation_effect},
    {.code = "A9",
     .name = "org.succeed",
     .signers = "registrar, and the successor",
     .weighty = true,
     .roles = roles({Role::registrar}),
     .co_signer = CoSigner::another_party,
     .body = succeed_party_fields,
     .change = "no chip; the successor speaks on behalf of the party and corrects what it said",
     .guard = "party without a successor, not the registrar; no cycle",
     .rule = succeed_rule_of_party,
     .effect = succeed_effect_of_party},
}};

}  // namespace

std::span<const Kind> standing_kinds() { return standing_rows; }

}  // namespace muster::registry
