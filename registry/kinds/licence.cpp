#include "registry/chip_rules.hpp"
#include "registry/kinds/licence_terms.hpp"

namespace muster::registry {
namespace {

Result<void> grant_rule(const Case& found) {
  const Body body = found.body();
  if (const RowN old = found.tables().licences.find(body.text("licence")); old != no_row) {
    return id_in_use(found.state, "licence.exists", body.text("licence"),
                     found.tables().licences[old].index);
  }
  if (found.tables().parties.find(body.text("licensee")) == no_row) {
    return refusal("party.unknown", "licensee " + body.text("licensee"));
  }
  const Named named = named_by(body);
  MUSTER_TRY(named_are_known(found, named));
  return caps_are_sound(body, named);
}

void grant_effect(State& state, const Case& found) {
  const Body body = found.body();
  const Window window = body.window("window");
  const RowN row =
      state.tables().licences.add({.id = body.text("licence"),
                                   .authority = found.org,
                                   .licensee = state.tables().parties.find(body.text("licensee")),
                                   .consignees = body.list("consignees"),
                                   .end_users = body.list("end_users"),
                                   .countries = body.list("countries"),
                                   .products = body.list("products"),
                                   .caps = {},
                                   .restore_on = body.list("restore_on"),
                                   .max_units = body.integer("max_units"),
                                   .max_tpp = body.integer_or("max_tpp", 0),
                                   .from = window.from,
                                   .to = window.to,
                                   .index = state.now_index()});
  add_caps(state, body, row);
}

constexpr std::array<Field, 12> grant_fields{
    {{"licence", FieldType::name},
     {"licensee", FieldType::name},
     {"consignees", FieldType::names},
     {"end_users", FieldType::names, false},
     {"countries", FieldType::countries},
     {"products", FieldType::names},
     {"max_units", FieldType::positive},
     {"max_tpp", FieldType::positive, false},
     {"caps", FieldType::records, false, {}, cap_fields},
     {"restore_on", FieldType::texts, false, "re_export|seizure|destruction"},
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
     .guard = "licence id new; parties and products known; caps above zero, each about something "
              "that the licence names",
     .rule = grant_rule,
     .effect = grant_effect},
}};

}  // namespace

std::span<const Kind> licence_kinds() { return licence_rows; }

}  // namespace muster::registry
