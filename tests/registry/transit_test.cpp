// Goods on their way: from hand to hand, in parts, to another receiver, past their deadline.

#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using registry::Draft;
using registry::Transport;

namespace {

/// A world with two carriers.
struct Road {
  Road() {
    world.add_party("truck", "US", {"carrier"});
    world.add_party("plane", "SG", {"carrier"});
  }

  Draft handover(const std::vector<ChipId>& chips, const std::string& taker,
                 const std::string& shipment = "S1") {
    return about("leg.handover", chips,
                 {{"shipment", shipment}, {"taker", taker}, {"place", "ramp 4"}});
  }
  std::string hand(const std::string& giver, const std::string& taker,
                   const std::vector<ChipId>& chips) {
    return world.rule(giver, handover(chips, taker), {taker});
  }
  const registry::Shipment& shipment(const std::string& id) {
    const auto& shipments = world.state().tables().shipments;
    return shipments[shipments.find(id)];
  }
  void grant(const std::string& id, std::int64_t units) {
    world.record(
        "gov",
        {.kind = "licence.grant",
         .body = {{"licence", id},
                  {"licensee", "maker"},
                  {"consignees", {"southwind", "broker"}},
                  {"countries", {"SG"}},
                  {"products", {"a1"}},
                  {"max_units", units},
                  {"window",
                   {{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2030-01-01T00:00:00.000Z"}}}}});
  }

  World world;
};

Json split_body(const std::string& from, const std::string& into) {
  return {{"shipment", from}, {"into", into}};
}

Json new_way(const std::string& into, const std::string& to) {
  return {{"shipment", "S1"},
          {"into", into},
          {"receiver", to},
          {"destination", to + "-site"},
          {"cause", "storm"}};
}

}  // namespace

TEST_CASE("carriers hold goods one after the other, and the sender answers for them") {
  Road road;
  const auto chips = road.world.chips(2);
  const Hash release = road.world.release("maker", "northwind", "S1", chips);

  CHECK(road.world.rule("maker", road.handover(chips, "truck")) == "signature.second_party");
  CHECK(road.hand("truck", "plane", chips) == "leg.not_holder");
  CHECK(road.hand("maker", "truck", chips) == "recorded");
  CHECK(road.hand("maker", "plane", chips) == "leg.not_holder");
  CHECK(road.hand("truck", "plane", chips) == "recorded");
  CHECK(road.world.rule("plane", road.handover(chips, "plane"), {"plane"}) == "leg.to_self");
  CHECK(road.world.rule("plane", road.handover(chips, "nobody"), {"truck"}) == "party.unknown");
  CHECK(road.world.custodian(chips[0]) == "maker");
  CHECK(road.world.chip(chips[0]).transport == Transport::with_carrier);
  CHECK(road.world.state().tables().legs.size() == 2);

  CHECK(road.hand("plane", "northwind", {chips[0]}) == "recorded");
  CHECK(road.world.chip(chips[0]).transport == Transport::at_receiver);
  road.world.accept("northwind", "S1", release, chips);
  CHECK(road.world.custodian(chips[0]) == "northwind");
}

TEST_CASE("what a carrier has cannot be cancelled until it comes back") {
  Road road;
  const auto chips = road.world.chips(1);
  road.world.release("maker", "northwind", "S1", chips);
  const Draft cancel =
      about("release.cancel", chips, {{"shipment", "S1"}, {"cause", "receiver vanished"}});
  CHECK(road.hand("maker", "truck", chips) == "recorded");
  CHECK(road.world.rule("maker", cancel) == "chip.wrong_transport");
  CHECK(road.hand("truck", "maker", chips) == "recorded");
  CHECK(road.world.rule("maker", cancel) == "recorded");
}

TEST_CASE("a hold stops goods on their way, and not the first mile") {
  Road road;
  const auto chips = road.world.chips(1);
  road.world.release("maker", "northwind", "S1", chips);
  road.world.record("gov", about("choke.hold", chips, {{"hold", "H1"}, {"basis", "b"}}));
  CHECK(road.hand("maker", "truck", chips) == "recorded");
  CHECK(road.hand("truck", "plane", chips) == "chip.held");
}

TEST_CASE("of two releases that race for a chip the first wins and the other is told by whom") {
  World world;
  const auto chips = world.chips(1);
  const auto to = [&](const std::string& receiver, const std::string& shipment) {
    return about("release", chips,
                 {{"shipment", shipment},
                  {"receiver", receiver},
                  {"destination", receiver + "-site"},
                  {"purpose", "sale"}});
  };
  const auto first = world.statement("maker", to("dealer", "S1"));
  Draft late = to("northwind", "S2");
  late.event_time = world.clock.now();
  registry::StatementMaker maker(
      {.origin = "test.example/registry", .org = "maker", .stream = "second", .next_number = 1},
      world.signer("maker"), world.random);
  const auto second = must(maker.make(late, &world.state()));

  const auto won = must(world.registry().record(first));
  const auto lost = must(world.registry().record(second));
  REQUIRE(lost.error);
  CHECK(lost.error->rule == "expects.mismatch");
  CHECK(lost.error->message.find(won.statement.to_hex()) != std::string::npos);
  CHECK(world.state().tables().shipments.size() == 1);
}

TEST_CASE("a receiver that never accepts: a finding, and nothing moves by the clock") {
  World world;
  const auto chips = world.chips(3);
  Timestamp deadline = world.clock.now();
  deadline.ms += 10 * ms_per_day;
  const Hash release =
      world.release("maker", "northwind", "S1", chips, {{"accept_by", deadline.to_string()}});
  world.accept("northwind", "S1", release, {chips[0]});
  const auto& tables = world.state().tables();
  world.chips(1);
  CHECK(tables.shipments[0].overdue == registry::no_index);

  world.clock.advance_ms(11 * ms_per_day);
  const auto expected = world.state().size();
  world.chips(1);
  CHECK(tables.shipments[0].overdue == expected);
  REQUIRE(tables.findings.size() == 1);
  CHECK(tables.findings[0].code == "release.overdue");
  CHECK(world.state().party_name(tables.findings[0].party) == "maker");
  CHECK(world.custodian(chips[1]) == "maker");
  CHECK(tables.shipments[0].open() == 2);
  // Late is better than never.
  world.accept("northwind", "S1", release, {chips[1]});
  CHECK(world.custodian(chips[1]) == "northwind");

  const Hash before = must(world.registry().dump_hash());
  must(world.registry().rebuild());
  CHECK(must(world.registry().dump_hash()) == before);
}

TEST_CASE("a release that was accepted in time leaves no finding") {
  World world;
  const auto chips = world.chips(1);
  Timestamp deadline = world.clock.now();
  deadline.ms += ms_per_day;
  const Hash release =
      world.release("maker", "northwind", "S1", chips, {{"accept_by", deadline.to_string()}});
  world.accept("northwind", "S1", release, chips);
  world.clock.advance_ms(2 * ms_per_day);
  world.chips(1);
  CHECK(world.state().tables().findings.size() == 0);
}

TEST_CASE("in a chain of dealers every hop is a release and an acceptance") {
  World world;
  const auto chips = world.chips(2);
  const std::vector<std::string> chain{"maker", "dealer", "northwind"};
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
    const std::string shipment = "S" + std::to_string(i);
    // Nobody sells on what it has not accepted.
    CHECK(world.rule(chain[i + 1], about("release", chips,
                                         {{"shipment", "early"},
                                          {"receiver", "gov"},
                                          {"destination", "gov-site"},
                                          {"purpose", "sale"}})) == "custody.not_custodian");
    const Hash release = world.release(chain[i], chain[i + 1], shipment, chips);
    world.accept(chain[i + 1], shipment, release, chips);
    for (const ChipId& chip : chips) CHECK(world.custodian(chip) == chain[i + 1]);
  }
}

TEST_CASE("one release crosses a country of transit; what is sent on from there draws again") {
  Road road;
  road.world.record(
      "southwind",
      {.kind = "site.register",
       .body = {
           {"site", "southwind-my"}, {"name", "n"}, {"country", "MY"}, {"kind", "datacentre"}}});
  road.world.add_party("sg-customs", "SG", {"authority"});
  road.world.record(
      "sg-customs",
      {.kind = "site.register",
       .body = {{"site", "changi"}, {"name", "n"}, {"country", "SG"}, {"kind", "chokepoint"}}});
  const auto chips = road.world.chips(2);
  road.grant("L1", 2);
  const Hash release = road.world.release("maker", "southwind", "S1", chips, {{"licence", "L1"}});
  CHECK(road.hand("maker", "truck", chips) == "recorded");
  for (const auto& [customs, place] : std::vector<std::pair<std::string, std::string>>{
           {"gov", "port"}, {"sg-customs", "changi"}}) {
    road.world.record(
        customs, about("choke.checkin", chips, {{"shipment", "S1"}, {"declared_count", 2}}, place));
    road.world.record(customs, about("choke.clear", chips, {{"depart", true}}));
  }
  road.world.accept("southwind", "S1", release, chips);
  CHECK(road.world.state().tables().licences[0].units == 2);

  Json on{{"shipment", "S2"},
          {"receiver", "broker"},
          {"destination", "broker-site"},
          {"purpose", "sale"}};
  // To a third country it is another export, and the first draw stays used.
  CHECK(road.world.rule("southwind", about("release", {chips[0]}, on)) == "recorded");
  road.world.record(
      "broker",
      {.kind = "site.register",
       .body = {{"site", "broker-my"}, {"name", "n"}, {"country", "MY"}, {"kind", "warehouse"}}});
  on["shipment"] = "S3";
  on["destination"] = "broker-my";
  CHECK(road.world.rule("southwind", about("release", {chips[1]}, on)) == "border.no_licence");
  CHECK(road.world.state().tables().licences[0].units == 2);
}

TEST_CASE("a shipment is split among two trucks and joined again") {
  Road road;
  const auto chips = road.world.chips(4);
  const Hash release = road.world.release("maker", "northwind", "S1", chips);
  CHECK(road.hand("maker", "truck", {chips[2], chips[3]}) == "recorded");

  const auto split = [&](const std::vector<ChipId>& part, const std::string& into,
                         const std::vector<std::string>& others = {"truck"}) {
    return road.world.rule("maker", about("shipment.split", part, split_body("S1", into)), others);
  };
  CHECK(split({chips[2], chips[3]}, "S2", {}) == "signature.second_party");
  CHECK(split(chips, "S2") == "shipment.not_split");
  CHECK(split({chips[2]}, "S1") == "shipment.exists");
  CHECK(split({chips[2], chips[3]}, "S2") == "recorded");
  CHECK(road.shipment("S1").open() == 2);
  CHECK(road.shipment("S2").open() == 2);
  // The parts are accepted each by its own id, on the release that both came from.
  road.world.accept("northwind", "S2", release, {chips[2]});

  const auto merge = [&](const std::vector<ChipId>& part) {
    return road.world.rule("maker", about("shipment.merge", part, split_body("S1", "S2")));
  };
  CHECK(merge({chips[0]}) == "shipment.not_all");
  CHECK(merge({chips[0], chips[1]}) == "recorded");
  CHECK(road.shipment("S1").open() == 0);
  CHECK(road.shipment("S2").open() == 3);
  road.world.accept("northwind", "S2", release, {chips[0], chips[1], chips[3]});
  CHECK(road.shipment("S2").open() == 0);
}

TEST_CASE("shipments on other terms are not merged") {
  Road road;
  const auto chips = road.world.chips(3);
  road.world.release("maker", "northwind", "S1", {chips[0]});
  road.world.release("maker", "dealer", "S2", {chips[1]});
  const auto merge = [&](const std::string& into) {
    return road.world.rule("maker", about("shipment.merge", {chips[0]}, split_body("S1", into)));
  };
  CHECK(merge("S2") == "shipment.other_terms");
  CHECK(merge("S1") == "shipment.closed");
  CHECK(merge("S9") == "shipment.unknown");
}

TEST_CASE("goods on their way get another receiver when all sides and the authority sign") {
  Road road;
  const auto chips = road.world.chips(3);
  road.grant("L1", 3);
  road.grant("L2", 2);
  road.world.release("maker", "southwind", "S1", chips, {{"licence", "L1"}});
  CHECK(road.hand("maker", "plane", chips) == "recorded");
  Json body = new_way("S2", "broker");
  body["licence"] = "L2";
  const auto reroute = [&](const std::vector<ChipId>& part,
                           const std::vector<std::string>& others) {
    return road.world.rule("maker", about("reroute", part, body), others);
  };

  CHECK(reroute(chips, {}) == "signature.second_party");
  CHECK(reroute(chips, {"broker"}) == "signature.second_party");
  CHECK(reroute(chips, {"broker", "gov"}) == "licence.cap_units");
  CHECK(reroute({chips[0], chips[1]}, {"broker", "gov"}) == "recorded");
  const auto& licences = road.world.state().tables().licences;
  CHECK(licences[0].units == 1);
  CHECK(licences[1].units == 2);
  CHECK(road.shipment("S1").open() == 1);

  const Hash release = road.world.state().tables().statements[road.shipment("S2").release].hash;
  CHECK(road.world.rule(
            "southwind",
            about("accept", {chips[0]},
                  {{"shipment", "S1"}, {"release", release.to_hex()}, {"method", "opened"}},
                  "southwind-site")) == "shipment.other_chip");
  road.world.accept("broker", "S2", release, {chips[0], chips[1]});
  CHECK(road.world.custodian(chips[0]) == "broker");
}

TEST_CASE("a reroute on the same licence wants room beside the draw that it replaces") {
  Road road;
  const auto chips = road.world.chips(2);
  road.grant("L1", 3);
  road.world.release("maker", "southwind", "S1", chips, {{"licence", "L1"}});
  Json body = new_way("S2", "broker");
  body["licence"] = "L1";
  const auto reroute = [&](const std::vector<ChipId>& part) {
    return road.world.rule("maker", about("reroute", part, body), {"broker", "gov"});
  };
  CHECK(reroute(chips) == "licence.cap_units");
  CHECK(reroute({chips[0]}) == "recorded");
  CHECK(road.world.state().tables().licences[0].units == 2);
}

TEST_CASE("a reroute asks for the screening of the new receiver") {
  Road road;
  const auto chips = road.world.chips(1);
  road.grant("L1", 9);
  road.world.release("maker", "southwind", "S1", chips, {{"licence", "L1"}});
  road.world.record("gov",
                    {.kind = "screen.result", .body = road.world.screening({"broker"}, "hit")});
  Json body = new_way("S2", "broker");
  body["licence"] = "L1";
  CHECK(road.world.rule("maker", about("reroute", chips, body), {"broker", "gov"}) == "screen.hit");
}

TEST_CASE("a whole rack goes with one release, from hand to hand and to another receiver") {
  Road road;
  const auto chips = road.world.chips(72);
  for (std::size_t i = 0; i < 9; ++i) {
    const std::vector<ChipId> board(chips.begin() + static_cast<std::ptrdiff_t>(8 * i),
                                    chips.begin() + static_cast<std::ptrdiff_t>(8 * i + 8));
    road.world.record("maker", about("asm.attach", board,
                                     {{"parent", "board-" + std::to_string(i)}, {"type", "board"}},
                                     "maker-site"));
    road.world.record("maker", {.kind = "asm.attach",
                                .body = {{"parent", "rack"},
                                         {"type", "rack"},
                                         {"children", {"board-" + std::to_string(i)}}},
                                .site = "maker-site"});
  }
  const auto whole = [](const char* kind, const Json& body, const char* site = "") {
    Draft draft{.kind = kind, .body = body, .container = "rack"};
    if (*site != '\0') draft.site = site;
    return draft;
  };
  road.world.record("maker", whole("release", {{"shipment", "S1"},
                                               {"receiver", "dealer"},
                                               {"destination", "dealer-site"},
                                               {"purpose", "sale"}}));
  road.world.record(
      "maker", whole("leg.handover", {{"shipment", "S1"}, {"taker", "truck"}, {"place", "gate"}}),
      {"truck"});
  CHECK(road.world.rule("maker", about("shipment.split", {chips[0]}, split_body("S1", "S2")),
                        {"truck"}) == "custody.child");
  const Hash release =
      road.world.record("maker", whole("reroute", new_way("S2", "northwind")), {"northwind"});
  CHECK(road.shipment("S2").open() == 72);
  road.world.record(
      "northwind",
      whole("accept", {{"shipment", "S2"}, {"release", release.to_hex()}, {"method", "sealed"}},
            "northwind-site"));
  for (const ChipId& chip : chips) CHECK(road.world.custodian(chip) == "northwind");
  road.world.record("northwind", whole("install", Json::object(), "northwind-site"));
  road.world.record(
      "northwind",
      {.kind = "site.register",
       .body = {{"site", "hall-2"}, {"name", "n"}, {"country", "US"}, {"kind", "datacentre"}}});
  road.world.record("northwind", whole("relocate", {{"cause", "power"}}, "hall-2"));
  const auto& sites = road.world.state().tables().sites;
  for (const ChipId& chip : chips) CHECK(sites[road.world.chip(chip).site].id == "hall-2");
}
