#include <algorithm>

#include "registry/kinds/groups.hpp"
#include "registry/policy.hpp"

namespace muster::registry {
namespace {

Result<void> policy_rule(const Case& found) {
  const Body body = found.body();
  if (body.integer("rules_version") != rules_version) {
    return refusal("log.rules_version", "got " + std::to_string(body.integer("rules_version")) +
                                            ", this program knows " +
                                            std::to_string(rules_version));
  }
  MUSTER_TRY(check_policy(body.at("parameters")));
  const std::uint64_t from = body.integer_or("from_index", found.state.size() + 1);
  const auto& policies = found.tables().policies;
  const Index32 newest = policies[policies.size() - 1].effective;
  if (from > found.state.size() && from >= newest && from < no_index) return {};
  return refusal("policy.index", "from_index: got " + std::to_string(from) + ", want " +
                                     std::to_string(std::max(newest, found.state.size() + 1)) +
                                     " or later: no statement is judged anew");
}

void policy_effect(State& state, const Case& found) {
  const Body body = found.body();
  state.tables().policies.add({.effective = static_cast<Index32>(
                                   body.integer_or("from_index", state.now_index() + Index32{1})),
                               .index = state.now_index(),
                               .rules_version = body.integer("rules_version"),
                               .parameters = canonical_json(body.at("parameters"))});
}

std::string import_id(const Case& found) {
  return found.state.party_name(found.org) + "/" + found.body().text("document");
}

Result<void> import_rule(const Case& found) {
  const RowN row = found.tables().imports.find(import_id(found));
  if (row == no_row) return {};
  return refusal("import.duplicate", found.body().text("document") + " was imported by entry " +
                                         std::to_string(found.tables().imports[row].index));
}

void import_effect(State& state, const Case& found) {
  const Body body = found.body();
  const ManifestRef events = manifest_of(body.at("events"));
  state.tables().imports.add({.id = import_id(found),
                              .party = found.org,
                              .document = body.hash("document"),
                              .root = events.root,
                              .events = events.items,
                              .mapping = body.text("mapping"),
                              .index = state.now_index()});
}

constexpr std::array<Field, 4> policy_change_fields{{{"rules_version", FieldType::positive},
                                                     {"parameters", FieldType::object},
                                                     {"reason", FieldType::text},
                                                     {"from_index", FieldType::positive, false}}};
constexpr std::array<Field, 5> import_fields{
    {{"document", FieldType::hash},
     {"format", FieldType::text, true, "epcis-2.0-jsonld|epcis-2.0-xml|epcis-1.2-xml"},
     {"mapping", FieldType::text},
     {"events", FieldType::manifest},
     {"source", FieldType::text, false}}};

constexpr std::array<Kind, 2> govern_rows{{
    {.code = "N3",
     .name = "policy.change",
     .signers = "registrar",
     .weighty = true,
     .roles = roles({Role::registrar}),
     .body = policy_change_fields,
     .change = "no chip; the rules' parameters, for statements from an index on",
     .guard =
         "a rules version that the program knows; known parameters; from the next entry on, or "
         "later, and not before an earlier change",
     .rule = policy_rule,
     .effect = policy_effect},
    {.code = "N4",
     .name = "import.epcis",
     .signers = "the party that hands the document in",
     .body = import_fields,
     .change = "no chip; a foreign document as evidence, by its hash and those of its events",
     .guard = "document not handed in by the party before",
     .rule = import_rule,
     .effect = import_effect},
}};

}  // namespace

std::span<const Kind> govern_kinds() { return govern_rows; }

}  // namespace muster::registry
