#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

Result<void> parties_known(const Case& found, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (found.tables().parties.find(name) == no_row) return refusal("party.unknown", name);
  }
  return {};
}

Result<void> grant_rule(const Case& found) {
  const Body body = found.body();
  if (found.tables().licences.find(body.text("licence")) != no_row) {
    return refusal("licence.exists", body.text("licence"));
  }
  MUSTER_TRY(parties_known(found, {body.text("licensee")}));
  MUSTER_TRY(parties_known(found, body.list("consignees")));
  for (const std::string& product : body.list("products")) {
    if (found.tables().products.find(product) == no_row) {
      return refusal("product.unknown", product);
    }
  }
  return {};
}

void grant_effect(State& state, const Case& found) {
  const Body body = found.body();
  const Window window = body.window("window");
  state.tables().licences.add({.id = body.text("licence"),
                               .authority = found.org,
                               .licensee = state.tables().parties.find(body.text("licensee")),
                               .consignees = body.list("consignees"),
                               .countries = body.list("countries"),
                               .products = body.list("products"),
                               .max_units = body.integer("max_units"),
                               .max_tpp = body.integer_or("max_tpp", 0),
                               .from = window.from,
                               .to = window.to});
}

constexpr std::array<Field, 9> grant_fields{{{"licence", FieldType::name},
                                             {"licensee", FieldType::name},
                                             {"consignees", FieldType::names},
                                             {"countries", FieldType::countries},
                                             {"products", FieldType::names},
                                             {"max_units", FieldType::positive},
                                             {"max_tpp", FieldType::positive, false},
                                             {"window", FieldType::window},
                                             {"conditions", FieldType::text, false}}};

constexpr std::array<Kind, 1> licence_rows{{
    {.code = "D1",
     .name = "licence.grant",
     .signers = "authority",
     .weighty = true,
     .roles = roles({Role::authority}),
     .body = grant_fields,
     .change = "no chip",
     .guard = "licence id new; parties and products known; caps above zero",
     .rule = grant_rule,
     .effect = grant_effect},
}};

}  // namespace

std::span<const Kind> licence_kinds() { return licence_rows; }

}  // namespace muster::registry
