#include "ledger/crypto/sha256.hpp"
#include "tests/registry/walk/life_walk.hpp"

// Moves of a walk that send chips, and that rule on them.

namespace muster::test {

using namespace registry;

void LifeWalk::release() {
  const RowN chip = any_chip([](const ChipState& one) {
    return one.life == Life::passed && one.place != Place::installed && one.shipment == no_row &&
           one.flags == 0;
  });
  const std::string& to = pick(orgs);
  Json body{{"shipment", fresh("S")},
            {"receiver", to},
            {"destination", to + "-site"},
            {"purpose", "sale"}};
  if (one_in(3)) body["exception"] = one_in(8) ? "Y" : "X";
  if (!body.contains("exception") && one_in(2)) body["licence"] = "L" + std::to_string(below(2));
  Draft draft = about("release", alike(chip), body);
  if (tables().chips[chip].parent != no_row) {
    RowN root = tables().chips[chip].parent;
    while (tables().holders[root].parent != no_row) root = tables().holders[root].parent;
    draft.chips.clear();
    draft.container = tables().holders[root].id;
  }
  say(custodian(chip), draft);
}

void LifeWalk::under_way() {
  const RowN row = open_shipment();
  if (row == no_row) return release();
  const Shipment& shipment = tables().shipments[row];
  const auto chips = chips_of(row);
  if (chips.empty()) return release();
  const RowN first = state().find_chip(chips.front());
  const ChipState& now = tables().chips[first];
  const std::string sender = state().party_name(shipment.sender);
  const std::string receiver = state().party_name(shipment.receiver);
  const auto about_it = [&](const std::string& kind, Json body, const std::string& site = {}) {
    body["shipment"] = shipment.id;
    Draft draft = about(kind, chips, body, site);
    RowN root = now.parent;
    while (root != no_row && tables().holders[root].parent != no_row) {
      root = tables().holders[root].parent;
    }
    if (root != no_row && tables().holders[root].shipment == row && !one_in(4)) {
      draft.chips.clear();
      draft.container = tables().holders[root].id;
    }
    return draft;
  };
  const std::string quoted = tables().statements[shipment.release].hash.to_hex();
  const std::size_t choice = below(9);
  if (choice < 3) {
    const bool back = now.transport == Transport::returning;
    return say(
        back ? sender : receiver,
        about_it("accept", {{"release", quoted}, {"method", one_in(3) ? "sealed" : "opened"}},
                 (back ? sender : receiver) + "-site"));
  }
  if (choice == 3) return say(receiver, about_it("arrive", {}, receiver + "-site"));
  if (choice == 4) return say(receiver, about_it("refuse", {{"cause", "c"}}, receiver + "-site"));
  if (choice == 5) return say(sender, about_it("release.cancel", {{"cause", "c"}}));
  if (choice == 6) {
    const RowN leg = now.leg;
    const std::string giver = leg == no_row ? sender : state().party_name(tables().legs[leg].taker);
    const std::string& taker = pick(carriers);
    return say(giver, about_it("leg.handover", {{"taker", taker}, {"place", "dock"}}), {taker});
  }
  if (choice == 7) {
    return say("gov",
               about_it("choke.checkin",
                        {{"declared_count", static_cast<std::int64_t>(chips.size())}}, "port"));
  }
  const std::vector<std::string> kinds{"short", "damaged", "instance", "class"};
  say(one_in(2) ? receiver : sender, about("discrepancy.open", {chips.front()},
                                           {{"case", fresh("case")},
                                            {"kind", pick(kinds)},
                                            {"text", "t"},
                                            {"shipment", shipment.id}}));
}

void LifeWalk::border() {
  const RowN chip = any_chip();
  const auto holds = state().holds_on(chip);
  const bool waits = tables().chips[chip].transport == Transport::at_chokepoint;
  if (!holds.empty() || waits) {
    Json list = Json::array();
    for (const RowN hold : holds) list.push_back(tables().holds[hold].id);
    return say("gov",
               about("choke.clear", {state().chip_id(chip)}, {{"holds", list}, {"depart", waits}}));
  }
  say("gov", about("choke.hold", {state().chip_id(chip)}, {{"hold", fresh("H")}, {"basis", "b"}}));
}

void LifeWalk::seizure() {
  for (RowN n = tables().chips.size(); n > 0 && n + pool > tables().chips.size(); --n) {
    if (!tables().chips[n - 1].has(Flag::seized)) continue;
    return say("gov", about(one_in(3) ? "choke.forfeit" : "choke.unseize", {state().chip_id(n - 1)},
                            {{"ruling", "r"}}));
  }
  const RowN chip = any_chip();
  say("gov", about("choke.seize", {state().chip_id(chip)},
                   {{"seizure", fresh("Z")}, {"basis", "b"}, {"goods", !one_in(3)}}, "gov-site"));
}

void LifeWalk::cases() {
  for (RowN n = tables().cases.size(); n > 0 && n + 20 > tables().cases.size(); --n) {
    const CaseFile& file = tables().cases[n - 1];
    const bool taken_back = file.id.find('~') != std::string::npos;
    if (taken_back || file.resolved != no_index || one_in(3)) continue;
    const std::vector<std::string> outcomes{"held", "accepted", "returned", "never_sent",
                                            "lost", "moot",     "cleared",  "confirmed"};
    Draft draft{.kind = "discrepancy.resolve", .body = {{"case", file.id}, {"text", "t"}}};
    const std::string& outcome = pick(outcomes);
    for (RowN line = 0; line < tables().case_lines.size(); ++line) {
      const CaseLine& row = tables().case_lines[line];
      if (row.file != n - 1 || row.closed != no_index) continue;
      draft.chips.push_back({state().chip_id(row.chip), {{"outcome", outcome}}});
    }
    if (file.shipment != no_row)
      draft.site = tables().sites[tables().shipments[file.shipment].destination].id;
    return say("gov", draft);
  }
  const RowN chip = any_chip();
  if (tables().chips[chip].has(Flag::quarantine)) {
    return say("gov", about("quarantine.lift", {state().chip_id(chip)}, {{"reason", "r"}}));
  }
  if (one_in(2)) {
    return say(pick(orgs),
               about(one_in(2) ? "tamper.report" : "divert.report", alike(chip),
                     {{"case", fresh("case")}, {"evidence", hex64(2)}, {"basis", "b"}}));
  }
  say(custodian(chip), about("discrepancy.open", alike(chip),
                             {{"case", fresh("case")}, {"kind", "damaged"}, {"text", "t"}}));
}

void LifeWalk::missing() {
  const RowN apart = any_chip([](const ChipState& one) { return one.has(Flag::quarantine); });
  if (tables().chips[apart].has(Flag::quarantine) && one_in(3)) {
    return say("gov", about("quarantine.lift", {state().chip_id(apart)}, {{"reason", "r"}}));
  }
  const RowN chip = any_chip();
  const ChipState& now = tables().chips[chip];
  if (now.has(Flag::lost) || now.has(Flag::stolen) || now.has(Flag::missing)) {
    const std::string& finder = pick(orgs);
    return say(finder,
               about("recover", {state().chip_id(chip)}, {{"place", "p"}, {"proof", hex64(3)}},
                     finder + "-site"),
               {"customs"});
  }
  if (one_in(3)) return end();
  say(custodian(chip), about("loss.declare", {state().chip_id(chip)}, {{"circumstances", "c"}}));
}

void LifeWalk::end() {
  const RowN chip = any_chip([](const ChipState& one) {
    return one.life != Life::destroyed && one.place == Place::loose && one.flags == 0;
  });
  const ChipState& now = tables().chips[chip];
  const std::string org = custodian(chip);
  if (now.life == Life::out) {
    return say("gov", about("scope.reenter", {state().chip_id(chip)}, {{"basis", "b"}}));
  }
  if (now.life == Life::retired || now.life == Life::failed) {
    return say(
        org,
        about("destroy", {state().chip_id(chip)}, {{"method", "m"}, {"place", "p"}}, org + "-site"),
        {"witness"});
  }
  if (one_in(3)) {
    return say("gov", about("scope.exit", {state().chip_id(chip)}, {{"basis", "b"}}));
  }
  say(org, about("retire", {state().chip_id(chip)}, {{"cause", "c"}}));
}

void LifeWalk::title() {
  const RowN chip = any_chip();
  const RowN owner = tables().chips[chip].owner;
  const std::string& buyer = pick(orgs);
  say(owner == no_row ? "maker" : state().party_name(owner),
      about("title.transfer", {state().chip_id(chip)}, {{"buyer", buyer}, {"contract", hex64(4)}}),
      {buyer});
}

}  // namespace muster::test
