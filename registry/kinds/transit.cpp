#include <algorithm>
#include <map>

#include "registry/chip_rules.hpp"
#include "registry/correction.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

/// Who has the chip in hand while it is released: its sender, until a carrier took it over.
RowN hand_on(const Case& found, RowN chip) {
  const ChipState& now = found.chip(chip);
  if (now.transport == Transport::at_receiver)
    return found.tables().shipments[now.shipment].receiver;
  return now.leg == no_row ? now.custodian : found.tables().legs[now.leg].taker;
}

/// A delegate's signature is its principal's.
bool has_signed(const Case& found, RowN party) {
  return party == found.org || std::ranges::find(found.signers, party) != found.signers.end();
}

Result<void> handover_rule(const Case& found) {
  MUSTER_TRY(shipment_of(found));
  if (found.body().text("taker") == found.state.party_name(found.org)) {
    return refusal("leg.to_self", found.body().text("taker"));
  }
  for (const RowN chip : found.chips) {
    const RowN hand = hand_on(found, chip);
    if (hand != found.org) {
      return refusal("leg.not_holder", chip_text(found.state, chip) + ", in the hands of " +
                                           found.state.party_name(hand) + ", got " +
                                           found.state.party_name(found.org));
    }
    const ChipState& now = found.chip(chip);
    if (now.transport == Transport::at_site || !now.has(Flag::hold)) continue;
    return refusal("chip.held", chip_text(found.state, chip) + ", under " +
                                    std::to_string(now.holds) + " holds on its way, want none");
  }
  return {};
}

/// Goods that come back into the sender's hands are at its site again, those in the receiver's have
/// arrived; in both cases the custodian is who it was.
Transport transport_with(const Shipment& shipment, RowN taker) {
  if (taker == shipment.receiver) return Transport::at_receiver;
  return taker == shipment.sender ? Transport::at_site : Transport::with_carrier;
}

void handover_effect(State& state, const Case& found) {
  const Body body = found.body();
  Tables& tables = state.tables();
  const RowN shipment = tables.shipments.find(body.text("shipment"));
  const RowN taker = tables.parties.find(body.text("taker"));
  const RowN leg = tables.legs.add({.shipment = shipment,
                                    .giver = found.org,
                                    .taker = taker,
                                    .place = body.text("place"),
                                    .vehicle = body.text_or_empty("vehicle"),
                                    .seal = body.text_or_empty("seal"),
                                    .units = static_cast<std::uint32_t>(found.chips.size()),
                                    .index = state.now_index()});
  for (const RowN chip : found.chips) {
    ChipState& now = state.touch(chip);
    now.transport = transport_with(tables.shipments[shipment], taker);
    now.leg = leg;
  }
}

/// Whoever has the goods in hand signs what becomes of their shipment.
Result<void> hands_sign(const Case& found) {
  for (const RowN chip : found.chips) {
    const RowN hand = hand_on(found, chip);
    if (has_signed(found, hand)) continue;
    return refusal("signature.second_party", chip_text(found.state, chip) +
                                                 ", wants the signature of its holder " +
                                                 found.state.party_name(hand));
  }
  return {};
}

/// Loose chips, or what a container holds: a part of a packed container is no part of a shipment.
Result<void> are_loose(const Case& found) {
  if (found.holder != no_row) return {};
  for (const RowN chip : found.chips) {
    const RowN parent = found.chip(chip).parent;
    if (parent == no_row) continue;
    return refusal("custody.child", chip_text(found.state, chip) + ", in " +
                                        found.tables().holders[parent].id +
                                        ": name that, or take it out first");
  }
  return {};
}

Result<void> shipment_split_rule(const Case& found) {
  const std::string& into = found.body().text("into");
  if (const RowN old = found.tables().shipments.find(into); old != no_row) {
    return id_in_use(found.state, "shipment.exists", into, found.tables().shipments[old].release);
  }
  MUSTER_TRY_ASSIGN(const RowN row, shipment_of(found));
  MUSTER_TRY(are_loose(found));
  MUSTER_TRY(hands_sign(found));
  const Shipment& shipment = found.tables().shipments[row];
  if (found.chips.size() < shipment.open()) return {};
  return refusal("shipment.not_split", "all " + std::to_string(shipment.open()) +
                                           " open chips of " + shipment.id + " are named");
}

/// Moves `found.chips` from one shipment to another.
void move_shipment(State& state, const Case& found, RowN from, RowN into) {
  auto& shipments = state.tables().shipments;
  const auto count = static_cast<std::uint32_t>(found.chips.size());
  shipments.edit(from).moved += count;
  shipments.edit(into).joined += count;
  for (const RowN chip : found.chips) state.touch(chip).shipment = into;
  if (found.holder != no_row) state.tables().holders.edit(found.holder).shipment = into;
}

/// A shipment on the terms of another, still without goods.
Shipment same_terms(const Shipment& old, const std::string& id) {
  return {.id = id,
          .sender = old.sender,
          .receiver = old.receiver,
          .destination = old.destination,
          .end_user = old.end_user,
          .licence = old.licence,
          .rma = old.rma,
          .exception = old.exception,
          .purpose = old.purpose,
          .accept_by = old.accept_by,
          .release = old.release};
}

void shipment_split_effect(State& state, const Case& found) {
  auto& shipments = state.tables().shipments;
  const RowN from = shipments.find(found.body().text("shipment"));
  const RowN into = state.add_shipment(same_terms(shipments[from], found.body().text("into")));
  move_shipment(state, found, from, into);
}

Result<void> shipment_merge_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, shipment_of(found));
  const std::string& id = found.body().text("into");
  const RowN into = found.tables().shipments.find(id);
  if (into == no_row) return refusal("shipment.unknown", id);
  const Shipment& from = found.tables().shipments[row];
  const Shipment& to = found.tables().shipments[into];
  if (into == row || to.open() == 0) return refusal("shipment.closed", id + " has no open chip");
  const auto terms = [](const Shipment& s) {
    return std::tie(s.sender, s.receiver, s.destination, s.end_user, s.licence, s.rma, s.exception,
                    s.purpose, s.accept_by);
  };
  if (terms(from) != terms(to)) {
    return refusal(
        "shipment.other_terms",
        from.id + " and " + to.id + " differ in parties, destination, right, purpose or deadline");
  }
  if (found.chips.size() != from.open()) {
    return refusal("shipment.not_all", "got " + std::to_string(found.chips.size()) +
                                           " chips, want all " + std::to_string(from.open()) +
                                           " that are open in " + from.id);
  }
  MUSTER_TRY(are_loose(found));
  return hands_sign(found);
}

void shipment_merge_effect(State& state, const Case& found) {
  auto& shipments = state.tables().shipments;
  const RowN from = shipments.find(found.body().text("shipment"));
  const RowN into = shipments.find(found.body().text("into"));
  move_shipment(state, found, from, into);
  const Index32 overdue = shipments[from].overdue;
  if (overdue != no_index && shipments[into].overdue == no_index) {
    shipments.edit(into).overdue = overdue;
  }
}

/// Where a licence is touched, its authority signs as well.
Result<void> authorities_sign(const Case& found, std::initializer_list<RowN> licences) {
  for (const RowN licence : licences) {
    if (licence == no_row) continue;
    const Licence& row = found.tables().licences[licence];
    if (has_signed(found, row.authority)) continue;
    return refusal("signature.second_party", "licence " + row.id +
                                                 ": wants the signature of its authority " +
                                                 found.state.party_name(row.authority));
  }
  return {};
}

/// Another way is no more time, unless an authority says so.
Result<void> deadline_stays(const Case& found, const Shipment& from) {
  const Body body = found.body();
  const Timestamp old = from.accept_by;
  const bool later = body.has("accept_by") && old.ms != 0 && body.time("accept_by") > old;
  if (!later || authority_signs(found)) return {};
  return refusal("release.accept_by", "later than " + old.to_string() + " of shipment " + from.id +
                                          ": wants the signature of an authority");
}

Result<void> reroute_rule(const Case& found) {
  const std::string& into = found.body().text("into");
  if (const RowN old = found.tables().shipments.find(into); old != no_row) {
    return id_in_use(found.state, "shipment.exists", into, found.tables().shipments[old].release);
  }
  MUSTER_TRY_ASSIGN(const RowN row, shipment_of(found));
  const Shipment& from = found.tables().shipments[row];
  if (from.purpose == "rma") {
    return refusal("rma.other_party", from.id + " is part of a return: cancel it and release anew");
  }
  MUSTER_TRY(are_loose(found));
  MUSTER_TRY_ASSIGN(const Terms terms, terms_of(found));
  MUSTER_TRY(may_be_accepted_by(found));
  MUSTER_TRY(deadline_stays(found, from));
  MUSTER_TRY(authorities_sign(found, {from.licence, terms.licence}));
  // The new draw is judged while the old one still counts: caps never let both go.
  return right_to_send(found, terms);
}

void reroute_effect(State& state, const Case& found) {
  const Body body = found.body();
  auto& tables = state.tables();
  const RowN from = tables.shipments.find(body.text("shipment"));
  const Terms terms = terms_of(found).value();
  Shipment next = same_terms(tables.shipments[from], body.text("into"));
  next.receiver = terms.consignee;
  next.destination = tables.sites.find(body.text("destination"));
  next.end_user = terms.end_user;
  next.licence = terms.licence;
  next.exception = terms.exception;
  // Without a deadline of its own it has that of the goods, which may be over.
  if (body.has("accept_by")) {
    next.accept_by = body.time("accept_by");
  } else {
    next.overdue = tables.shipments[from].overdue;
  }
  next.release = state.now_index();
  const RowN into = state.add_shipment(std::move(next));
  draw_anew(state, found, terms, into);
  move_shipment(state, found, from, into);
}

constexpr std::array<Field, 5> handover_fields{{{"shipment", FieldType::name},
                                                {"taker", FieldType::name},
                                                {"place", FieldType::text},
                                                {"vehicle", FieldType::text, false},
                                                {"seal", FieldType::text, false}}};
constexpr std::array<Field, 2> shipment_split_fields{
    {{"shipment", FieldType::name}, {"into", FieldType::name}}};
constexpr std::array<Field, 9> reroute_fields{{{"shipment", FieldType::name},
                                               {"into", FieldType::name},
                                               {"receiver", FieldType::name},
                                               {"destination", FieldType::name},
                                               {"cause", FieldType::text},
                                               {"licence", FieldType::name, false},
                                               {"exception", FieldType::name, false},
                                               {"end_user", FieldType::name, false},
                                               {"accept_by", FieldType::time, false}}};

/// Goods under way, in whoever's hands.
constexpr ChipNeeds under_way{.transport = one_of({Transport::at_site, Transport::with_carrier}),
                              .custodian = true,
                              .release = true};

constexpr std::array<Kind, 4> transit_rows{{
    {.code = "E3",
     .name = "leg.handover",
     .signers = "giver and taker: the sender first, then carriers",
     .subjects = TakesSubjects::chips,
     .expects = Expects::optional,
     .co_party = "taker",
     .body = handover_fields,
     .needs = {.transport = one_of({Transport::at_site, Transport::with_carrier}), .release = true},
     .change =
         "released or with carrier -> with carrier; at site in the sender's hands, at receiver "
         "in the receiver's; the custodian stays the sender",
     .guard = "chips of that shipment, in the giver's hands; no hold on the way",
     .rule = handover_rule,
     .effect = handover_effect,
     .correctable = true},
    {.code = "E8",
     .name = "shipment.split",
     .signers = "the sender, and the carrier that has the goods",
     .subjects = TakesSubjects::chips,
     .expects = Expects::required,
     .body = shipment_split_fields,
     .needs = under_way,
     .change = "part of one shipment -> another, on the same terms and release",
     .guard = "new id; a part of the open chips, none of them in a container that stays",
     .rule = shipment_split_rule,
     .effect = shipment_split_effect,
     .correctable = true},
    {.code = "E8b",
     .name = "shipment.merge",
     .signers = "the sender, and the carrier that has the goods",
     .subjects = TakesSubjects::chips,
     .expects = Expects::required,
     .body = shipment_split_fields,
     .needs = under_way,
     .change = "one shipment -> part of another, whose release is quoted from now on",
     .guard =
         "all open chips; same parties, destination, right, purpose and deadline; the other still "
         "open",
     .rule = shipment_merge_rule,
     .effect = shipment_merge_effect,
     .correctable = true},
    {.code = "E9",
     .name = "reroute",
     .signers = "the sender and the new receiver; the authority of a licence on either side",
     .subjects = TakesSubjects::chips,
     .expects = Expects::required,
     .co_party = "receiver",
     .body = reroute_fields,
     .needs = {.transport = one_of({Transport::at_site, Transport::with_carrier}),
               .custodian = true,
               .release = true,
               .no_hold = true,
               .no_quarantine = true},
     .change = "released to one receiver -> to another, in a new shipment that this releases",
     .guard =
         "as release; no return; the new draw fits while the old one still counts, then that is "
         "restored; a later deadline wants an authority",
     .rule = reroute_rule,
     .effect = reroute_effect,
     .correctable = true},
}};

}  // namespace

std::span<const Kind> transit_kinds() { return transit_rows; }

}  // namespace muster::registry
