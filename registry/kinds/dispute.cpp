#include "registry/dispute.hpp"

#include "registry/chip_rules.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

/// Whether the statement is the party's concern: it signed it, or has or had chips that it changed.
bool is_concerned(const Case& found, Index32 statement) {
  const auto parties = signers_of(found.state, statement);
  if (std::ranges::find(parties, found.org) != parties.end()) return true;
  if (has_role(found, found.org, Role::authority)) return true;
  const auto holds = [&](const ChipState& chip) {
    if (chip.custodian == found.org || chip.owner == found.org) return true;
    if (chip.shipment == no_row) return false;
    const Shipment& shipment = found.tables().shipments[chip.shipment];
    return shipment.sender == found.org || shipment.receiver == found.org;
  };
  for (const auto& [chip, before] : found.state.chips_before(statement)) {
    if (holds(before) || holds(found.chip(chip))) return true;
  }
  const auto made = found.state.made_by(statement);
  return std::ranges::any_of(made, [&](RowN chip) { return holds(found.chip(chip)); });
}

Result<void> raise_rule(const Case& found) {
  const std::string& id = found.body().text("dispute");
  if (const RowN old = found.tables().disputes.find(id); old != no_row) {
    return id_in_use(found.state, "dispute.exists", id, found.tables().disputes[old].raised);
  }
  const Hash hash = found.body().hash("statement");
  const auto index = found.state.statement_index(hash);
  if (!index) return refusal("dispute.unknown", "no statement " + hash.to_hex());
  if (is_concerned(found, *index)) return {};
  return refusal("dispute.not_concerned", found.state.party_name(found.org) + " neither signed " +
                                              hash.to_hex() +
                                              " nor has or had chips that it changed");
}

void raise_effect(State& state, const Case& found) {
  const Body body = found.body();
  state.tables().disputes.add({.id = body.text("dispute"),
                               .statement = *state.statement_index(body.hash("statement")),
                               .party = found.org,
                               .claim = body.text("claim"),
                               .raised = state.now_index(),
                               .ruling = {}});
}

Result<void> settle_rule(const Case& found) {
  const std::string& id = found.body().text("dispute");
  const RowN row = found.tables().disputes.find(id);
  if (row == no_row) return refusal("dispute.unknown", id);
  const Dispute& dispute = found.tables().disputes[row];
  if (dispute.settled != no_index) {
    return refusal("dispute.settled", id + " by entry " + std::to_string(dispute.settled));
  }
  const bool authority = has_role(found, found.org, Role::authority);
  const std::string& ruling = found.body().text("ruling");
  if (ruling == "withdrawn") {
    if (dispute.party == found.org) return {};
    return refusal("dispute.not_yours",
                   id + " was raised by " + found.state.party_name(dispute.party));
  }
  if (!authority) return refusal("role.missing", "a ruling is an authority's");
  const bool in_force = found.tables().statements[dispute.statement].corrected == no_index;
  if (in_force == (ruling == "stands")) return {};
  return refusal("dispute.effect",
                 std::string("the statement is ") + (in_force ? "in force" : "taken back") +
                     ": a ruling that it " + ruling + " wants it " +
                     (in_force ? "taken back first, by correct.void" : "in force"));
}

void settle_effect(State& state, const Case& found) {
  auto& disputes = state.tables().disputes;
  Dispute& dispute = disputes.edit(disputes.find(found.body().text("dispute")));
  dispute.settled = state.now_index();
  dispute.ruling = found.body().text("ruling");
}

constexpr std::array<Field, 3> raise_fields{
    {{"dispute", FieldType::name}, {"statement", FieldType::hash}, {"claim", FieldType::text}}};
constexpr std::array<Field, 3> settle_fields{
    {{"dispute", FieldType::name},
     {"ruling", FieldType::text, true, "stands|falls|withdrawn"},
     {"reason", FieldType::text}}};

constexpr std::array<Kind, 2> dispute_rows{{
    {.code = "J7",
     .name = "dispute.raise",
     .signers = "a party that signed the statement, has or had chips of it, or an authority",
     .suspended = Suspended::may,
     .body = raise_fields,
     .change = "no chip; the statement is disputed, both versions stay",
     .guard = "dispute id new; statement recorded",
     .rule = raise_rule,
     .effect = raise_effect},
    {.code = "J7b",
     .name = "dispute.settle",
     .signers = "authority; who raised it, to withdraw it",
     .suspended = Suspended::may,
     .body = settle_fields,
     .change = "no chip; disputed -> settled",
     .guard = "dispute open; stands: in force; falls: taken back before",
     .rule = settle_rule,
     .effect = settle_effect},
}};

}  // namespace

std::span<const Kind> dispute_kinds() { return dispute_rows; }

}  // namespace muster::registry
