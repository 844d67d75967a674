#include "registry/chip_rules.hpp"
#include "registry/kinds/groups.hpp"
#include "registry/policy.hpp"

namespace muster::registry {
namespace {

RoleSet roles_in(const Body& body) {
  RoleSet set = 0;
  for (const std::string& name : body.list("roles")) {
    set |= static_cast<RoleSet>(role_of(name).value());
  }
  return set;
}

Result<void> genesis_rule(const Case& found) {
  if (found.body().integer("rules_version") != rules_version) {
    return refusal(
        "log.rules_version",
        "got " + std::to_string(found.body().integer("rules_version")) + ", this program knows 1");
  }
  MUSTER_TRY(check_policy(found.body().at("policy")));
  MUSTER_TRY(is_operator_key(found.body().text("operator_key")));
  MUSTER_TRY(keys_are_new(found));
  return threshold_is_in_reach(found);
}

void genesis_effect(State& state, const Case& found) {
  const Body body = found.body();
  state.tables().genesis.add({.origin = found.event.header.origin,
                              .operator_key = body.hash("operator_key"),
                              .rules_version = body.integer("rules_version"),
                              .policy = canonical_json(body.at("policy"))});
  state.tables().policies.add({.effective = 0,
                               .index = state.now_index(),
                               .rules_version = body.integer("rules_version"),
                               .parameters = canonical_json(body.at("policy"))});
  const RowN party = state.tables().parties.add({.id = found.event.header.org,
                                                 .name = body.text("name"),
                                                 .country = body.text("country"),
                                                 .parent = {},
                                                 .roles = static_cast<RoleSet>(Role::registrar),
                                                 .index = state.now_index(),
                                                 .threshold = body.integer_or("threshold", 1)});
  add_keys(state, found, party);
  add_operator_key(state, body.text("operator_key"));
}

Result<void> org_rule(const Case& found) {
  const Body body = found.body();
  if (const RowN old = found.tables().parties.find(body.text("party")); old != no_row) {
    return id_in_use(found.state, "party.exists", body.text("party"),
                     found.tables().parties[old].index);
  }
  const std::string parent = body.text_or_empty("parent");
  if (!parent.empty() && found.tables().parties.find(parent) == no_row) {
    return refusal("party.unknown", "parent " + parent);
  }
  MUSTER_TRY(keys_are_new(found));
  return threshold_is_in_reach(found);
}

void org_effect(State& state, const Case& found) {
  const Body body = found.body();
  const RowN party = state.tables().parties.add({.id = body.text("party"),
                                                 .name = body.text("name"),
                                                 .country = body.text("country"),
                                                 .parent = body.text_or_empty("parent"),
                                                 .roles = roles_in(body),
                                                 .index = state.now_index(),
                                                 .threshold = body.integer_or("threshold", 1)});
  add_keys(state, found, party);
}

Result<void> site_rule(const Case& found) {
  const Body body = found.body();
  if (const RowN old = found.tables().sites.find(body.text("site")); old != no_row) {
    return id_in_use(found.state, "site.exists", body.text("site"),
                     found.tables().sites[old].index);
  }
  if (body.text("kind") == "chokepoint" && !has_role(found, found.org, Role::authority)) {
    return refusal("role.missing", "a chokepoint is registered by an authority");
  }
  return {};
}

void site_effect(State& state, const Case& found) {
  const Body body = found.body();
  state.tables().sites.add({.id = body.text("site"),
                            .name = body.text("name"),
                            .country = body.text("country"),
                            .kind = body.text("kind"),
                            .party = found.org,
                            .index = state.now_index()});
}

Result<void> product_rule(const Case& found) {
  MUSTER_TRY(tpp_is_countable(found));
  const std::string& id = found.body().text("product");
  const RowN old = found.tables().products.find(id);
  if (old == no_row) return {};
  return id_in_use(found.state, "product.exists", id, found.tables().products[old].index);
}

void product_effect(State& state, const Case& found) {
  const Body body = found.body();
  state.tables().products.add({.id = body.text("product"),
                               .name = body.text("name"),
                               .model = body.text_or_empty("model"),
                               .designer = found.org,
                               .die_area_mm2 = body.text_or_empty("die_area_mm2"),
                               .eccn = body.text_or_empty("eccn"),
                               .tpp = body.integer("tpp"),
                               .dies = body.integer_or("dies", 1),
                               .index = state.now_index()});
}

constexpr std::array<Field, 8> genesis_fields{{{"name", FieldType::text},
                                               {"country", FieldType::country},
                                               {"key", FieldType::public_key},
                                               {"operator_key", FieldType::hash},
                                               {"rules_version", FieldType::positive},
                                               {"policy", FieldType::object},
                                               {"more_keys", FieldType::texts, false},
                                               {"threshold", FieldType::positive, false}}};
constexpr std::array<Field, 10> org_fields{{{"party", FieldType::name},
                                            {"name", FieldType::text},
                                            {"country", FieldType::country},
                                            {"roles", FieldType::roles},
                                            {"key", FieldType::public_key},
                                            {"more_keys", FieldType::texts, false},
                                            {"threshold", FieldType::positive, false},
                                            {"parent", FieldType::name, false},
                                            {"lei", FieldType::text, false},
                                            {"gln", FieldType::text, false}}};
constexpr std::array<Field, 6> site_fields{
    {{"site", FieldType::name},
     {"name", FieldType::text},
     {"country", FieldType::country},
     {"kind", FieldType::text, true,
      "fab|packaging|test|warehouse|port|chokepoint|datacentre|laboratory|office"},
     {"address", FieldType::text, false},
     {"gln", FieldType::text, false}}};
constexpr std::array<Field, 8> product_fields{{{"product", FieldType::name},
                                               {"name", FieldType::text},
                                               {"tpp", FieldType::integer},
                                               {"dies", FieldType::positive, false},
                                               {"model", FieldType::name, false},
                                               {"die_area_mm2", FieldType::decimal, false},
                                               {"memory_gb", FieldType::decimal, false},
                                               {"eccn", FieldType::text, false}}};

constexpr std::array<Kind, 4> party_rows{{
    {.code = "N0",
     .name = "log.genesis",
     .signers = "the registrar, with the keys that it brings",
     .co_signer = CoSigner::possession,
     .body = genesis_fields,
     .change = "empty log -> log with a registrar",
     .guard = "entry 0 and no other; a rules version that the program knows",
     .rule = genesis_rule,
     .effect = genesis_effect},
    {.code = "A1",
     .name = "org.register",
     .signers = "registrar, and the new keys",
     .roles = roles({Role::registrar}),
     .co_signer = CoSigner::possession,
     .body = org_fields,
     .change = "no chip",
     .guard = "party id new; keys bound to no party, as many as the threshold; parent known",
     .rule = org_rule,
     .effect = org_effect},
    {.code = "A6",
     .name = "site.register",
     .signers = "the party that runs it; an authority for a chokepoint",
     .body = site_fields,
     .change = "no chip",
     .guard = "site id new",
     .rule = site_rule,
     .effect = site_effect},
    {.code = "A7",
     .name = "product.register",
     .signers = "designer; an authority for a product of unknown making",
     .roles = roles({Role::designer, Role::authority}),
     .body = product_fields,
     .change = "no chip",
     .guard = "product id new: other figures are another product",
     .rule = product_rule,
     .effect = product_effect},
}};

}  // namespace

Result<void> tpp_is_countable(const Case& found) {
  // So that sums over all chips that there can be stay exact.
  constexpr std::uint64_t most = 1'000'000'000;
  const std::uint64_t tpp = found.body().integer_or("tpp", 0);
  if (tpp <= most) return {};
  return refusal("product.tpp_range",
                 "got " + std::to_string(tpp) + ", want at most " + std::to_string(most));
}

std::span<const Kind> party_kinds() { return party_rows; }

}  // namespace muster::registry
