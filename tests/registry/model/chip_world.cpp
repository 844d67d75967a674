#include "tests/registry/model/chip_world.hpp"

#include "tests/support/must.hpp"

namespace muster::test::model {

using registry::Draft;
using registry::Flag;
using registry::no_row;
using registry::RowN;

namespace {

constexpr std::uint64_t maker_block = 900;
constexpr std::uint64_t border_block = 901;

ChipId made_chip() { return ChipId::from_parts({.block = maker_block, .ordinal = 0, .random = 1}); }
ChipId found_chip() {
  return ChipId::from_parts({.block = border_block, .ordinal = 0, .random = 1});
}

Draft about(const std::string& kind, const std::vector<ChipId>& chips, Json body,
            const std::string& site = {}) {
  return muster::test::about(kind, chips, std::move(body), site);
}

Org org_of(const std::string& name) {
  if (name == "maker") return Org::fab;
  if (name == "anna") return Org::a;
  if (name == "bert") return Org::b;
  if (name == "vendor") return Org::vendor;
  return name == "state" ? Org::government : Org::nobody;
}

Where where_of(registry::Transport transport) {
  if (transport == registry::Transport::at_site) return Where::site;
  return transport == registry::Transport::at_chokepoint ? Where::choke : Where::transit;
}

Life life_of(registry::Life life) {
  switch (life) {
    case registry::Life::made:
      return Life::made;
    case registry::Life::passed:
      return Life::passed;
    case registry::Life::failed:
      return Life::failed;
    case registry::Life::retired:
      return Life::retired;
    case registry::Life::destroyed:
      return Life::destroyed;
    case registry::Life::voided:
      return Life::voided;
    case registry::Life::out:
      return Life::out;
  }
  return Life::none;
}

Place place_of(registry::Place place) {
  switch (place) {
    case registry::Place::loose:
      return Place::loose;
    case registry::Place::in_container:
      return Place::packed;
    case registry::Place::in_assembly:
      return Place::in;
    case registry::Place::installed:
      return Place::installed;
  }
  return Place::loose;
}

/// The parties of the model, beside the maker.
World& with_parties(World& world) {
  const std::vector<std::string> everything{"designer",   "packager", "fab",
                                            "test_house", "prover",   "distributor"};
  for (const char* org : {"anna", "bert", "vendor"}) world.add_party(org, "US", everything);
  for (const char* org : {"truck", "van"}) world.add_party(org, "US", {"carrier"});
  // An authority that tests what it seized, and another that signs for what the first one finds.
  world.add_party("state", "US", {"authority", "designer", "packager", "fab", "test_house"});
  world.add_party("customs", "US", {"authority"});
  world.record(
      "state",
      {.kind = "site.register",
       .body = {
           {"site", "border"}, {"name", "The Border"}, {"country", "US"}, {"kind", "chokepoint"}}});
  world.record("maker", {.kind = "id.reserve",
                         .body = {{"block", static_cast<std::int64_t>(border_block)},
                                  {"count", 1},
                                  {"product", "a1"},
                                  {"packager", "state"}}});
  return world;
}

}  // namespace

std::string name_of(Org org) {
  constexpr std::array<const char*, 6> names{"nobody", "maker", "anna", "bert", "vendor", "state"};
  return names.at(static_cast<std::size_t>(org));
}

ChipWorld::ChipWorld() : judge_(with_parties(world_)), state_(judge_.state()) {}

RowN ChipWorld::row() const {
  const RowN made = state_.find_chip(made_chip());
  return made != no_row ? made : state_.find_chip(found_chip());
}

std::vector<ChipId> ChipWorld::subject() const {
  return {state_.find_chip(found_chip()) == no_row ? made_chip() : found_chip()};
}

ChipModel ChipWorld::chip() const {
  ChipModel model;
  const RowN n = row();
  if (n == no_row) {
    const RowN block = state_.find_block(maker_block);
    if (block == no_row) return model;
    const bool voided = state_.tables().blocks[block].voided != registry::no_index;
    model.life = voided ? Life::voided : Life::reserved;
    return model;
  }
  const registry::ChipState& now = state_.tables().chips[n];
  const bool returning = now.transport == registry::Transport::returning;
  model.life = life_of(now.life);
  model.custodian = org_of(state_.party_name(now.custodian));
  model.owner = org_of(state_.party_name(now.owner));
  if (now.shipment != no_row && !returning) {
    model.released_to = org_of(state_.party_name(state_.tables().shipments[now.shipment].receiver));
  }
  model.where = where_of(now.transport);
  model.place = place_of(now.place);
  model.quarantine = now.has(Flag::quarantine);
  model.hold = now.has(Flag::hold);
  model.seized = now.has(Flag::seized);
  model.lost = now.has(Flag::lost);
  model.stolen = now.has(Flag::stolen);
  return model;
}

std::string ChipWorld::custodian() const {
  const RowN n = row();
  const RowN party = n == no_row ? no_row : state_.tables().chips[n].custodian;
  return party == no_row ? "maker" : state_.party_name(party);
}

std::string ChipWorld::site() const { return custodian() + "-site"; }

std::string ChipWorld::hand() const {
  const RowN n = row();
  const RowN leg = n == no_row ? no_row : state_.tables().chips[n].leg;
  return leg == no_row ? custodian() : state_.party_name(state_.tables().legs[leg].taker);
}

Draft ChipWorld::whole(const std::string& kind, Json body, const std::string& at) const {
  const RowN n = row();
  const RowN parent = n == no_row ? no_row : state_.tables().chips[n].parent;
  Draft draft = about(kind, subject(), std::move(body), at);
  if (parent == no_row) return draft;
  draft.chips.clear();
  draft.container = state_.tables().holders[parent].id;
  return draft;
}

const registry::Shipment* ChipWorld::shipment() const {
  const RowN n = row();
  const RowN shipment = n == no_row ? no_row : state_.tables().chips[n].shipment;
  return shipment == no_row ? nullptr : &state_.tables().shipments[shipment];
}

Json ChipWorld::shipment_body(Json more) const {
  more["shipment"] = shipment() == nullptr ? "none" : shipment()->id;
  return more;
}

std::string ChipWorld::hold_in_force() const {
  const auto holds = row() == no_row ? std::vector<RowN>{} : state_.holds_on(row());
  return holds.empty() ? std::string() : state_.tables().holds[holds.front()].id;
}

std::string ChipWorld::case_in_force() const {
  const auto lines = row() == no_row ? std::vector<RowN>{} : state_.open_lines(row());
  if (lines.empty()) return {};
  return state_.tables().cases[state_.tables().case_lines[lines.front()].file].id;
}

std::string ChipWorld::fresh(const std::string& stem) const {
  return stem + std::to_string(state_.size());
}

ChipWorld::Said ChipWorld::said(const Move& move) const {
  const std::string& code = move.code;
  switch (code.front()) {
    case 'B':
    case 'K':
      return about_life(code);
    case 'C':
    case 'G':
      return about_place(code);
    case 'E':
    case 'H':
      return about_shipment(move);
    case 'F':
      return about_border(code);
    case 'J':
      return code == "J3" || code == "J4" || code == "J5" ? about_loss(code) : about_case(code);
    default:
      break;
  }
  const RowN block = state_.find_block(maker_block);
  const Hash reserved = block == no_row
                            ? Hash{}
                            : state_.tables().statements[state_.tables().blocks[block].index].hash;
  return {
      "maker",
      {.kind = "correct.void", .body = {{"target", reserved.to_hex()}, {"reason", "never made"}}}};
}

ChipWorld::Said ChipWorld::about_life(const std::string& code) const {
  const std::string org = custodian();
  if (code == "B1") {
    const auto block = static_cast<std::int64_t>(subject().front().parts().block);
    return {"maker",
            {.kind = "id.reserve",
             .body = {{"block", block}, {"count", 1}, {"product", "a1"}, {"packager", "maker"}}}};
  }
  if (code == "B5") {
    return {"maker", about("chip.package", subject(), {{"product", "a1"}}, "maker-site")};
  }
  if (code == "K1") return {org, about("retire", subject(), {{"cause", "worn"}})};
  if (code == "K2") {
    return {
        org, about("destroy", subject(), {{"method", "m"}, {"place", "p"}}, site()), {"witness"}};
  }
  if (code == "K3") {
    const RowN n = row();
    const bool out = n != no_row && state_.tables().chips[n].life == registry::Life::out;
    return {"state", about(out ? "scope.reenter" : "scope.exit", subject(), {{"basis", "act"}})};
  }
  Draft test{.kind = "chip.test"};
  test.chips = {{subject().front(), {{"pass", code != "B7f"}}}};
  return {org, test};
}

ChipWorld::Said ChipWorld::about_place(const std::string& code) const {
  const RowN n = row();
  const RowN parent = n == no_row ? no_row : state_.tables().chips[n].parent;
  const std::string holder = parent == no_row ? fresh("h") : state_.tables().holders[parent].id;
  const std::string org = custodian();
  if (code == "C1") {
    return {org, about("asm.attach", subject(), {{"parent", holder}, {"type", "board"}}, site())};
  }
  if (code == "C2") {
    return {org, about("asm.detach", subject(), {{"parent", holder}, {"reason", "r"}})};
  }
  if (code == "C4") return {org, about("pack", subject(), {{"container", holder}}, site())};
  if (code == "C5") {
    return {org, {.kind = "unpack", .body = {{"seal_state", "none"}}, .container = holder}};
  }
  if (code == "G1") return {org, about("install", subject(), Json::object(), site())};
  return {org, about("uninstall", subject(), {{"cause", "c"}})};
}

ChipWorld::Said ChipWorld::about_shipment(const Move& move) const {
  const std::string& code = move.code;
  const std::string party = name_of(move.party);
  const registry::Shipment* under_way = shipment();
  const std::string receiver =
      under_way == nullptr ? "anna" : state_.party_name(under_way->receiver);
  if (code == "H1") {
    const RowN owner = row() == no_row ? no_row : state_.tables().chips[row()].owner;
    const std::string seller = owner == no_row ? "maker" : state_.party_name(owner);
    return {
        seller,
        about("title.transfer", subject(), {{"buyer", party}, {"contract", std::string(64, 'c')}}),
        {party}};
  }
  if (code == "E1") {
    return {custodian(), whole("release", {{"shipment", fresh("S")},
                                           {"receiver", party},
                                           {"destination", party + "-site"},
                                           {"purpose", "sale"}})};
  }
  if (code == "E2") return {custodian(), whole("release.cancel", shipment_body({{"cause", "c"}}))};
  if (code == "E5") {
    const Hash release =
        under_way == nullptr ? Hash{} : state_.tables().statements[under_way->release].hash;
    return {receiver,
            whole("accept", shipment_body({{"release", release.to_hex()}, {"method", "opened"}}),
                  receiver + "-site")};
  }
  if (code == "E6") {
    return {receiver, whole("refuse", shipment_body({{"cause", "c"}}), receiver + "-site")};
  }
  const std::string taker = hand() == "truck" ? "van" : "truck";
  return {
      hand(), whole("leg.handover", shipment_body({{"taker", taker}, {"place", "dock"}})), {taker}};
}

ChipWorld::Said ChipWorld::about_border(const std::string& code) const {
  const std::string hold = hold_in_force();
  if (code == "F1") {
    return {"state", whole("choke.checkin", shipment_body({{"declared_count", 1}}), "border")};
  }
  if (code == "F3") {
    return {"state", about("choke.hold", subject(),
                           {{"hold", hold.empty() ? fresh("H") : hold}, {"basis", "b"}})};
  }
  if (code == "F3x") {
    const Json holds = Json::array({hold.empty() ? std::string("none") : hold});
    return {"state", about("choke.clear", subject(), {{"holds", holds}, {"depart", false}})};
  }
  if (code == "F4") return {"state", whole("choke.clear", {{"depart", true}})};
  if (code == "F5") {
    return {"state",
            about("choke.seize", subject(),
                  {{"seizure", fresh("Z")}, {"basis", "b"}, {"goods", true}}, "state-site")};
  }
  if (code == "F5r") return {"state", about("choke.unseize", subject(), {{"ruling", "r"}})};
  if (code == "F5k") return {"state", about("choke.forfeit", subject(), {{"ruling", "r"}})};
  const bool free = row() == no_row && state_.find_block(maker_block) == no_row;
  return {"state",
          about("choke.register", free ? std::vector{found_chip()} : subject(),
                {{"product", "a1"}, {"provenance", "unknown"}, {"presenter", "anna"}}, "border")};
}

ChipWorld::Said ChipWorld::about_case(const std::string& code) const {
  const registry::Shipment* under_way = shipment();
  const std::string receiver =
      under_way == nullptr ? "anna" : state_.party_name(under_way->receiver);
  if (code == "J1") {
    return {receiver,
            about("discrepancy.open", subject(),
                  shipment_body({{"case", fresh("C")}, {"kind", "instance"}, {"text", "t"}}))};
  }
  if (code == "J2r") {
    const Hash release =
        under_way == nullptr ? Hash{} : state_.tables().statements[under_way->release].hash;
    return {custodian(),
            whole("accept", shipment_body({{"release", release.to_hex()}, {"method", "opened"}}),
                  site())};
  }
  const std::string open = case_in_force();
  if (code == "J2" && open.empty()) {
    return {"state", about("quarantine.lift", subject(), {{"reason", "r"}})};
  }
  const char* outcome = code == "J2a" ? "accepted" : code == "J2b" ? "returned" : "held";
  Draft draft{.kind = "discrepancy.resolve",
              .body = {{"case", open.empty() ? "none" : open}, {"text", "t"}},
              .site = receiver + "-site"};
  draft.chips = {{subject().front(), {{"outcome", outcome}}}};
  return {"state", draft};
}

ChipWorld::Said ChipWorld::about_loss(const std::string& code) const {
  if (code == "J3") {
    return {custodian(), about("loss.declare", subject(), {{"circumstances", "c"}})};
  }
  if (code == "J4") {
    return {custodian(),
            about("theft.declare", subject(), {{"circumstances", "c"}, {"police", "p"}})};
  }
  return {custodian(),
          about("recover", subject(), {{"place", "p"}, {"proof", std::string(64, 'd')}}, site()),
          {"customs"}};
}

std::string ChipWorld::apply(const Move& move) {
  const Said said = this->said(move);
  std::vector<std::string> keys{said.org};
  keys.insert(keys.end(), said.others.begin(), said.others.end());
  const RowN n = row();
  const bool let_in = move.code == "J2" && n != no_row &&
                      state_.tables().chips[n].transport == registry::Transport::at_chokepoint;
  const std::string refused = judge_.say(said.org, said.draft, keys);
  return refused.empty() && let_in ? bring_home() : refused;
}

std::string ChipWorld::bring_home() {
  if (!hold_in_force().empty()) return {};
  const std::string org = custodian();
  const std::string refused =
      judge_.say(org, about("install", subject(), Json::object(), site()), {org});
  if (!refused.empty()) return refused;
  return judge_.say(org, about("uninstall", subject(), {{"cause", "c"}}), {org});
}

}  // namespace muster::test::model
