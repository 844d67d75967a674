#include <algorithm>

#include "registry/chip_rules.hpp"
#include "registry/clearance.hpp"
#include "registry/kinds/groups.hpp"
#include "registry/policy.hpp"

namespace muster::registry {
namespace {

/// Whether any chip would change its country.
bool crosses_border(const Case& found, const std::string& to) {
  const auto& sites = found.tables().sites;
  return std::ranges::any_of(found.chips,
                             [&](RowN chip) { return sites[found.chip(chip).site].country != to; });
}

/// Whether every chip stands under a draw for just this consignee and country: it comes back from
/// repair, or takes the place of one that does.
bool has_its_slot(const Case& found, const Terms& terms) {
  return std::ranges::all_of(found.chips, [&](RowN chip) {
    const RowN row = found.chip(chip).draw;
    if (row == no_row) return false;
    const Draw& held = found.tables().draws[row];
    return held.consignee == terms.consignee && held.country == terms.country;
  });
}

}  // namespace

Result<Terms> terms_of(const Case& found) {
  const Body body = found.body();
  Terms terms{.sender = found.org};
  terms.consignee = found.tables().parties.find(body.text("receiver"));
  if (terms.consignee == no_row)
    return refusal("party.unknown", "receiver " + body.text("receiver"));
  if (terms.consignee == found.org && body.text_or_empty("purpose") != "move") {
    return refusal("release.to_self", body.text("receiver") + ", want the purpose move");
  }
  if (found.tables().parties[terms.consignee].is_suspended(found.state.size())) {
    return refusal("party.suspended", "receiver " + body.text("receiver"));
  }
  const RowN site = found.tables().sites.find(body.text("destination"));
  if (site == no_row) return refusal("site.unknown", body.text("destination"));
  const Site& destination = found.tables().sites[site];
  if (destination.party != terms.consignee) {
    return refusal("site.not_receivers",
                   destination.id + " belongs to " + found.state.party_name(destination.party));
  }
  if (destination.closed != no_index) {
    return refusal("site.closed",
                   destination.id + ", since entry " + std::to_string(destination.closed));
  }
  if (terms.consignee == found.org) {
    for (const RowN chip : found.chips) {
      if (found.chip(chip).site != site) continue;
      return refusal("release.to_self",
                     chip_text(found.state, chip) + ", at " + destination.id + " already");
    }
  }
  terms.country = destination.country;
  terms.end_user = terms.consignee;
  if (body.has("end_user")) terms.end_user = found.tables().parties.find(body.text("end_user"));
  if (terms.end_user == no_row)
    return refusal("party.unknown", "end user " + body.text("end_user"));
  terms.exception = body.text_or_empty("exception");
  if (!body.has("licence")) return terms;
  if (!terms.exception.empty()) {
    return refusal("release.two_rights", "names a licence and an exception, want one of them");
  }
  terms.licence = found.tables().licences.find(body.text("licence"));
  if (terms.licence == no_row) return refusal("licence.unknown", body.text("licence"));
  return terms;
}

/// An exception is one that the policy knows: a word of the sender's own is no right.
Result<void> exception_is_known(const Case& found, const std::string& exception) {
  if (exception.empty()) return {};
  const auto known = Policy(found.state, found.state.size()).list("exceptions");
  if (std::ranges::find(known, exception) != known.end()) return {};
  std::string list;
  for (const std::string& one : known) list += (list.empty() ? "" : ", ") + one;
  return refusal("release.exception", "got " + exception + ", the policy has " +
                                          (list.empty() ? "no exceptions" : list));
}

Result<void> right_to_send(const Case& found, const Terms& terms) {
  MUSTER_TRY(exception_is_known(found, terms.exception));
  const bool crosses = crosses_border(found, terms.country);
  if (terms.licence != no_row) {
    const auto wanted = wanted_by(found.state, found.chips);
    MUSTER_TRY(licence_covers(found, terms, wanted));
    MUSTER_TRY(caps_suffice(found, terms, wanted));
  }
  if (!crosses) return {};
  const bool in_repair = found.body().text_or_empty("purpose") == "rma";
  const bool has_right = terms.licence != no_row || !terms.exception.empty();
  if (!has_right && !(in_repair && has_its_slot(found, terms))) {
    return refusal("border.no_licence",
                   "to " + terms.country + ": wants a licence or a named exception");
  }
  return may_cross(found, terms);
}

Result<void> may_be_accepted_by(const Case& found) {
  const Body body = found.body();
  if (!body.has("accept_by") || body.time("accept_by") > found.context.accepted_at) return {};
  return refusal("release.accept_by", "is not after the time of the entry");
}

namespace {

/// Where the policy asks for it, what was received sealed is opened before it goes on.
Result<void> was_opened(const Case& found, RowN holder) {
  if (holder == no_row) return {};
  if (found.tables().holders[holder].inferred) {
    return refusal("container.inferred", found.tables().holders[holder].id +
                                             " was accepted sealed: unpack it before it goes on");
  }
  for (const RowN inner : found.state.inner_holders(holder)) {
    MUSTER_TRY(was_opened(found, inner));
  }
  return {};
}

Result<void> release_rule(const Case& found) {
  const Body body = found.body();
  if (const RowN old = found.tables().shipments.find(body.text("shipment")); old != no_row) {
    return id_in_use(found.state, "shipment.exists", body.text("shipment"),
                     found.tables().shipments[old].release);
  }
  MUSTER_TRY_ASSIGN(const Terms terms, terms_of(found));
  MUSTER_TRY(may_be_accepted_by(found));
  MUSTER_TRY(repair_covers(found, terms.consignee));
  if (Policy(found.state, found.state.size()).demands("opened_before_release")) {
    MUSTER_TRY(was_opened(found, found.holder));
  }
  return right_to_send(found, terms);
}

void release_effect(State& state, const Case& found) {
  const Body body = found.body();
  auto& tables = state.tables();
  const Terms terms = terms_of(found).value();
  const RowN shipment =
      state.add_shipment({.id = body.text("shipment"),
                          .sender = found.org,
                          .receiver = terms.consignee,
                          .destination = tables.sites.find(body.text("destination")),
                          .end_user = terms.end_user,
                          .licence = terms.licence,
                          .rma = body.has("rma") ? tables.rmas.find(body.text("rma")) : no_row,
                          .exception = terms.exception,
                          .purpose = body.text("purpose"),
                          .accept_by = body.has("accept_by") ? body.time("accept_by") : Timestamp{},
                          .release = state.now_index(),
                          .released = static_cast<std::uint32_t>(found.chips.size())});
  draw(state, found, terms, shipment);
  for (const RowN chip : found.chips) state.touch(chip).shipment = shipment;
  if (found.holder != no_row) tables.holders.edit(found.holder).shipment = shipment;
}

Result<void> cancel_rule(const Case& found) {
  MUSTER_TRY(shipment_of(found));
  return {};
}

void cancel_effect(State& state, const Case& found) {
  const RowN row = state.tables().shipments.find(found.body().text("shipment"));
  restore(state, found.chips, &ChipState::pending);
  for (const RowN chip : found.chips) {
    ChipState& now = state.touch(chip);
    now.shipment = no_row;
    now.leg = no_row;
  }
  state.tables().shipments.edit(row).cancelled += static_cast<std::uint32_t>(found.chips.size());
  if (found.holder != no_row) state.tables().holders.edit(found.holder).shipment = no_row;
}

constexpr std::array<Field, 10> release_fields{
    {{"shipment", FieldType::name},
     {"receiver", FieldType::name},
     {"destination", FieldType::name},
     {"purpose", FieldType::text, true, "sale|move|rma|return|loan"},
     {"licence", FieldType::name, false},
     {"exception", FieldType::name, false},
     {"end_user", FieldType::name, false},
     {"rma", FieldType::name, false},
     {"accept_by", FieldType::time, false},
     {"route", FieldType::texts, false}}};
constexpr std::array<Field, 2> cancel_fields{
    {{"shipment", FieldType::name}, {"cause", FieldType::text}}};

constexpr std::array<Kind, 2> release_rows{{
    {.code = "E1",
     .name = "release",
     .signers = "the custodian",
     .suspended = Suspended::may_to_authority,
     .subjects = TakesSubjects::chips,
     .expects = Expects::required,
     .body = release_fields,
     .needs = with_life(own_and_free, one_of({Life::passed, Life::failed, Life::retired})),
     .change = "held -> released to the receiver",
     .guard = "receiver and its site known; oneself for a move to another site of one's own alone; "
              "across a border a licence with room left under every "
              "cap or an exception that the policy lists, an end-user statement and a fresh pass "
              "of screening for "
              "every party; draws the licence",
     .rule = release_rule,
     .effect = release_effect,
     .correctable = true},
    {.code = "E2",
     .name = "release.cancel",
     .signers = "the sender",
     .subjects = TakesSubjects::chips,
     .expects = Expects::required,
     .body = cancel_fields,
     .needs = {.transport = one_of({Transport::at_site}), .custodian = true, .release = true},
     .change = "released -> held by the sender",
     .guard = "chips of that shipment, not on their way; restores the draw",
     .rule = cancel_rule,
     .effect = cancel_effect,
     .correctable = true},
}};

}  // namespace

std::span<const Kind> release_kinds() { return release_rows; }

}  // namespace muster::registry
