#include <algorithm>

#include "registry/chip_rules.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& value) {
  return std::ranges::find(list, value) != list.end();
}

std::uint64_t tpp_of(const State& state, RowN chip) {
  return state.tables().products[state.tables().identities[chip].product].tpp;
}

std::uint64_t tpp_of(const Case& found) {
  std::uint64_t sum = 0;
  for (const RowN chip : found.chips) sum += tpp_of(found.state, chip);
  return sum;
}

/// Whether any chip would change its country.
bool crosses_border(const Case& found, const std::string& to) {
  const auto& sites = found.tables().sites;
  return std::ranges::any_of(found.chips,
                             [&](RowN chip) { return sites[found.chip(chip).site].country != to; });
}

Result<void> licence_covers(const Case& found, const Licence& licence, const Site& destination) {
  const Body body = found.body();
  const auto outside = [&](const std::string& what) {
    return refusal("licence.not_covered", "licence " + licence.id + " does not cover " + what);
  };
  if (licence.licensee != found.org) return outside("licensee " + found.event.header.org);
  if (!contains(licence.consignees, body.text("receiver"))) {
    return outside("consignee " + body.text("receiver"));
  }
  if (!contains(licence.countries, destination.country)) {
    return outside("country " + destination.country);
  }
  const Timestamp now = found.context.accepted_at;
  if (now < licence.from || licence.to <= now) return outside("the time " + now.to_string());
  for (const RowN chip : found.chips) {
    const auto& product = found.tables().products[found.tables().identities[chip].product];
    if (!contains(licence.products, product.id)) return outside("product " + product.id);
  }
  return {};
}

Result<void> licence_suffices(const Case& found, const Licence& licence) {
  const std::uint64_t units = found.chips.size();
  if (licence.units + units > licence.max_units) {
    return refusal("licence.cap_units", "licence " + licence.id + ": drawn " +
                                            std::to_string(licence.units) + " of " +
                                            std::to_string(licence.max_units) + ", wants " +
                                            std::to_string(units) + " more");
  }
  const std::uint64_t tpp = tpp_of(found);
  if (licence.max_tpp != 0 && licence.tpp + tpp > licence.max_tpp) {
    return refusal("licence.cap_tpp", "licence " + licence.id + ": drawn TPP " +
                                          std::to_string(licence.tpp) + " of " +
                                          std::to_string(licence.max_tpp) + ", wants " +
                                          std::to_string(tpp) + " more");
  }
  return {};
}

Result<void> right_to_send(const Case& found, const Site& destination) {
  const Body body = found.body();
  if (body.has("licence")) {
    const RowN row = found.tables().licences.find(body.text("licence"));
    if (row == no_row) return refusal("licence.unknown", body.text("licence"));
    const Licence& licence = found.tables().licences[row];
    MUSTER_TRY(licence_covers(found, licence, destination));
    return licence_suffices(found, licence);
  }
  if (body.has("exception") || !crosses_border(found, destination.country)) return {};
  return refusal("border.no_licence",
                 "to " + destination.country + ": wants a licence or a named exception");
}

Result<void> release_rule(const Case& found) {
  const Body body = found.body();
  if (found.tables().shipments.find(body.text("shipment")) != no_row) {
    return refusal("shipment.exists", body.text("shipment"));
  }
  const RowN receiver = found.tables().parties.find(body.text("receiver"));
  if (receiver == no_row) return refusal("party.unknown", "receiver " + body.text("receiver"));
  if (receiver == found.org) return refusal("release.to_self", body.text("receiver"));
  const RowN site = found.tables().sites.find(body.text("destination"));
  if (site == no_row) return refusal("site.unknown", body.text("destination"));
  const Site& destination = found.tables().sites[site];
  if (destination.party != receiver) {
    return refusal("site.not_receivers",
                   destination.id + " belongs to " + found.state.party_name(destination.party));
  }
  if (body.has("accept_by") && body.time("accept_by") <= found.context.accepted_at) {
    return refusal("release.accept_by", "is not after the time of the entry");
  }
  return right_to_send(found, destination);
}

void release_effect(State& state, const Case& found) {
  const Body body = found.body();
  auto& tables = state.tables();
  const RowN licence = body.has("licence") ? tables.licences.find(body.text("licence")) : no_row;
  const RowN shipment = tables.shipments.add(
      {.id = body.text("shipment"),
       .sender = found.org,
       .receiver = tables.parties.find(body.text("receiver")),
       .destination = tables.sites.find(body.text("destination")),
       .licence = licence,
       .exception = body.text_or_empty("exception"),
       .purpose = body.text("purpose"),
       .accept_by = body.has("accept_by") ? body.time("accept_by") : Timestamp{},
       .release = state.now_index(),
       .released = static_cast<std::uint32_t>(found.chips.size())});
  if (licence != no_row) {
    Licence& row = tables.licences.edit(licence);
    row.units += found.chips.size();
    row.tpp += tpp_of(found);
  }
  for (const RowN chip : found.chips) state.touch(chip).shipment = shipment;
  if (found.holder != no_row) tables.holders.edit(found.holder).shipment = shipment;
}

/// Gives back what `found.chips` had drawn.
void restore_draw(State& state, const Case& found, RowN shipment) {
  const RowN licence = state.tables().shipments[shipment].licence;
  if (licence == no_row) return;
  Licence& row = state.tables().licences.edit(licence);
  row.units -= found.chips.size();
  row.tpp -= tpp_of(found);
}

/// The shipment that the body names, if every chip is part of it.
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

/// Ends the open release of `found.chips`; through a container it stays packed, else each leaves.
void end_release(State& state, const Case& found) {
  for (const RowN chip : found.chips) {
    ChipState& now = state.touch(chip);
    now.shipment = no_row;
    now.transport = Transport::at_site;
    if (found.holder == no_row) take_out(state, chip);
  }
  if (found.holder != no_row) state.tables().holders.edit(found.holder).shipment = no_row;
}

Result<void> cancel_rule(const Case& found) {
  MUSTER_TRY(shipment_of(found));
  return {};
}

void cancel_effect(State& state, const Case& found) {
  const RowN row = state.tables().shipments.find(found.body().text("shipment"));
  restore_draw(state, found, row);
  for (const RowN chip : found.chips) state.touch(chip).shipment = no_row;
  state.tables().shipments.edit(row).cancelled += static_cast<std::uint32_t>(found.chips.size());
  if (found.holder != no_row) state.tables().holders.edit(found.holder).shipment = no_row;
}

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

Result<void> accept_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, shipment_of(found));
  const Shipment& shipment = found.tables().shipments[row];
  MUSTER_TRY(quotes_release(found, shipment));
  // What the receiver refused goes back: then the sender accepts.
  const bool goes_back = found.org == shipment.sender;
  if (!goes_back && found.org != shipment.receiver) {
    return refusal("release.not_receiver", "shipment " + shipment.id + " goes to " +
                                               found.state.party_name(shipment.receiver));
  }
  for (const RowN chip : found.chips) {
    if ((found.chip(chip).transport == Transport::returning) == goes_back) continue;
    return refusal(goes_back ? "accept.not_returned" : "accept.refused_before",
                   chip_text(found.state, chip));
  }
  const auto& sites = found.tables().sites;
  if (goes_back || sites[found.site].country == sites[shipment.destination].country) return {};
  return refusal("accept.other_country", "released to " + sites[shipment.destination].country +
                                             ", accepted in " + sites[found.site].country);
}

void accept_effect(State& state, const Case& found) {
  const RowN row = state.tables().shipments.find(found.body().text("shipment"));
  const auto count = static_cast<std::uint32_t>(found.chips.size());
  Shipment& shipment = state.tables().shipments.edit(row);
  const bool goes_back = found.org == shipment.sender;
  (goes_back ? shipment.returned : shipment.accepted) += count;
  if (goes_back) restore_draw(state, found, row);
  end_release(state, found);
  for (const RowN chip : found.chips) {
    ChipState& now = state.touch(chip);
    if (goes_back) now.clear(Flag::quarantine);
    if (!goes_back) now.licence = state.tables().shipments[row].licence;
    state.move(chip, found.org, found.site);
  }
  if (found.holder != no_row) state.set_holder_custodian(found.holder, found.org);
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

constexpr std::array<Field, 8> release_fields{
    {{"shipment", FieldType::name},
     {"receiver", FieldType::name},
     {"destination", FieldType::name},
     {"purpose", FieldType::text, true, "sale|move|rma|return|loan"},
     {"licence", FieldType::name, false},
     {"exception", FieldType::name, false},
     {"accept_by", FieldType::time, false},
     {"route", FieldType::texts, false}}};
constexpr std::array<Field, 2> cancel_fields{
    {{"shipment", FieldType::name}, {"cause", FieldType::text}}};
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

constexpr std::array<Kind, 5> custody_rows{{
    {.code = "E1",
     .name = "release",
     .signers = "the custodian",
     .subjects = TakesSubjects::chips,
     .expects = Expects::required,
     .body = release_fields,
     .needs = with_life(own_and_free, one_of({Life::passed, Life::failed, Life::retired})),
     .change = "held -> released to the receiver",
     .guard = "receiver and its site known; across a border a licence with room left under every "
              "cap, or a named exception; draws the licence",
     .rule = release_rule,
     .effect = release_effect},
    {.code = "E2",
     .name = "release.cancel",
     .signers = "the sender",
     .subjects = TakesSubjects::chips,
     .expects = Expects::required,
     .body = cancel_fields,
     .needs = {.transport = one_of({Transport::at_site}),
               .custodian = true,
               .release = true,
               .no_quarantine = true},
     .change = "released -> held by the sender",
     .guard = "chips of that shipment, not on their way; restores the draw",
     .rule = cancel_rule,
     .effect = cancel_effect},
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
     .effect = arrive_effect},
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
     .effect = accept_effect},
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
     .effect = refuse_effect},
}};

}  // namespace

std::span<const Kind> custody_kinds() { return custody_rows; }

}  // namespace muster::registry
