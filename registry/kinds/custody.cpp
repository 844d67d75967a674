#include "registry/chip_rules.hpp"
#include "registry/draw.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

Result<void> receiver_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, shipment_of(found));
  const Shipment& shipment = found.tables().shipments[row];
  if (shipment.receiver == found.org) return {};
  return refusal("release.not_receiver", "shipment " + shipment.id + " goes to " +
                                             found.state.party_name(shipment.receiver));
}

void arrive_effect(State& state, const Case& found) {
  for (const RowN chip : found.chips) state.touch(chip).transport = Transport::at_receiver;
}

Result<void> quotes_release(const Case& found, const Shipment& shipment) {
  const Hash& release = found.tables().statements[shipment.release].hash;
  const Hash quoted = found.body().hash("release");
  if (quoted == release) return {};
  return refusal("release.other_hash", "shipment " + shipment.id + ": got " + quoted.to_hex() +
                                           ", its release is " + release.to_hex());
}

/// What the receiver refused goes back: then the sender accepts. Of goods that a party moves
/// between sites of its own, where they are tells.
bool goes_back(const Case& found, const Shipment& shipment) {
  if (found.org != shipment.sender) return false;
  if (shipment.sender != shipment.receiver || found.chips.empty()) return true;
  return found.chip(found.chips.front()).transport == Transport::returning;
}

Result<void> accept_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, shipment_of(found));
  const Shipment& shipment = found.tables().shipments[row];
  MUSTER_TRY(quotes_release(found, shipment));
  const bool back = goes_back(found, shipment);
  if (!back && found.org != shipment.receiver) {
    return refusal("release.not_receiver", "shipment " + shipment.id + " goes to " +
                                               found.state.party_name(shipment.receiver));
  }
  for (const RowN chip : found.chips) {
    const ChipState& now = found.chip(chip);
    if ((now.transport == Transport::returning) != back) {
      return refusal(back ? "accept.not_returned" : "accept.refused_before",
                     chip_text(found.state, chip));
    }
    if (back || !now.has(Flag::quarantine)) continue;
    return refusal("chip.quarantine", chip_text(found.state, chip) + ", want its case resolved");
  }
  const auto& sites = found.tables().sites;
  if (back || sites[found.site].country == sites[shipment.destination].country) return {};
  return refusal("accept.other_country", "released to " + sites[shipment.destination].country +
                                             ", accepted in " + sites[found.site].country);
}

/// What was accepted sealed is as packed by inference only, until it is unpacked.
void infer_contents(State& state, RowN holder) {
  if (state.tables().holders[holder].is_container()) {
    state.tables().holders.edit(holder).inferred = true;
  }
  for (const RowN inner : state.inner_holders(holder)) infer_contents(state, inner);
}

void accept_effect(State& state, const Case& found) {
  const RowN row = state.tables().shipments.find(found.body().text("shipment"));
  const auto count = static_cast<std::uint32_t>(found.chips.size());
  Shipment& shipment = state.tables().shipments.edit(row);
  const bool back = goes_back(found, shipment);
  (back ? shipment.returned : shipment.accepted) += count;
  if (back) {
    restore(state, found.chips, &ChipState::pending);
  } else {
    take_up(state, found.chips, shipment.purpose == "rma");
    if (shipment.sender != shipment.receiver) {
      count_delivery(state, found.chips, shipment.sender,
                     state.tables().sites[shipment.destination].country);
    }
  }
  end_release(state, found);
  const bool seen =
      has_role(found, found.org, Role::authority) && found.body().text("method") != "sealed";
  for (const RowN chip : found.chips) {
    state.touch(chip);
    if (back) state.end_quarantine(chip, "returned");
    state.move(chip, found.org, found.site);
    if (seen) state.show(chip);
  }
  if (found.holder == no_row) return;
  state.set_holder_custodian(found.holder, found.org);
  if (found.body().text("method") == "sealed") infer_contents(state, found.holder);
}

void refuse_effect(State& state, const Case& found) {
  const RowN row = state.tables().shipments.find(found.body().text("shipment"));
  state.tables().shipments.edit(row).refused += static_cast<std::uint32_t>(found.chips.size());
  for (const RowN chip : found.chips) {
    ChipState& now = state.touch(chip);
    now.transport = Transport::returning;
    now.set(Flag::quarantine);
    if (found.holder == no_row) take_out(state, chip);
  }
}

constexpr std::array<Field, 2> arrive_fields{
    {{"shipment", FieldType::name}, {"seal", FieldType::text, false}}};
constexpr std::array<Field, 3> accept_fields{
    {{"shipment", FieldType::name},
     {"release", FieldType::hash},
     {"method", FieldType::text, true, "sealed|opened|attested"}}};
constexpr std::array<Field, 2> refuse_fields{
    {{"shipment", FieldType::name}, {"cause", FieldType::text}}};

constexpr std::uint8_t outside_chokepoint =
    one_of({Transport::at_site, Transport::with_carrier, Transport::at_receiver});

constexpr ChipNeeds released{
    .transport = outside_chokepoint, .release = true, .no_hold = true, .no_quarantine = true};

constexpr std::array<Kind, 3> custody_rows{{
    {.code = "E4",
     .name = "arrive",
     .signers = "the receiver",
     .subjects = TakesSubjects::chips,
     .expects = Expects::optional,
     .site = true,
     .body = arrive_fields,
     .needs = {.transport = one_of({Transport::at_site, Transport::with_carrier}),
               .release = true,
               .no_hold = true,
               .no_quarantine = true},
     .change = "released or with carrier -> at receiver",
     .guard = "chips of that shipment; the custodian stays the sender",
     .rule = receiver_rule,
     .effect = arrive_effect,
     .correctable = true},
    {.code = "E5",
     .name = "accept",
     .signers = "the receiver; the sender for what was refused",
     .subjects = TakesSubjects::chips,
     .expects = Expects::required,
     .site = true,
     .body = accept_fields,
     .needs = {.transport = one_of({Transport::at_site, Transport::with_carrier,
                                    Transport::at_receiver, Transport::returning}),
               .release = true,
               .no_hold = true},
     .change = "released -> held by the receiver",
     .guard = "quotes the release's hash; consumes it once per chip; in the country released to",
     .rule = accept_rule,
     .effect = accept_effect,
     .correctable = true},
    {.code = "E6",
     .name = "refuse",
     .signers = "the receiver",
     .subjects = TakesSubjects::chips,
     .expects = Expects::required,
     .site = true,
     .body = refuse_fields,
     .needs = released,
     .change = "released -> returning, in quarantine; the sender stays custodian",
     .guard = "chips of that shipment",
     .rule = receiver_rule,
     .effect = refuse_effect,
     .correctable = true},
}};

}  // namespace

Result<RowN> shipment_of(const Case& found) {
  const std::string& id = found.body().text("shipment");
  const RowN row = found.tables().shipments.find(id);
  if (row == no_row) return refusal("shipment.unknown", id);
  for (const RowN chip : found.chips) {
    if (found.chip(chip).shipment == row) continue;
    return refusal("shipment.other_chip",
                   chip_text(found.state, chip) + " and not part of shipment " + id);
  }
  const Holder* holder = found.holder == no_row ? nullptr : &found.tables().holders[found.holder];
  if (holder != nullptr && holder->shipment != row) {
    return refusal("shipment.other_chip",
                   "container " + holder->id + " was not released by itself");
  }
  return row;
}

void end_release(State& state, const Case& found) {
  for (const RowN chip : found.chips) {
    ChipState& now = state.touch(chip);
    now.shipment = no_row;
    now.leg = no_row;
    now.transport = Transport::at_site;
    if (found.holder == no_row) take_out(state, chip);
  }
  if (found.holder != no_row) state.tables().holders.edit(found.holder).shipment = no_row;
}

std::span<const Kind> custody_kinds() { return custody_rows; }

}  // namespace muster::registry
