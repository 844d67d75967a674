// What an authority does at a chokepoint and to goods that it takes.

#include "ledger/crypto/sha256.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using registry::Display;
using registry::Draft;
using registry::Flag;

namespace {

Draft seizure(const std::vector<ChipId>& chips, const std::string& id, bool goods = true) {
  return about("choke.seize", chips, {{"seizure", id}, {"basis", "section 7"}, {"goods", goods}},
               "port");
}

Json licence_with(const Json& restore_on) {
  return {{"licence", "L1"},
          {"licensee", "maker"},
          {"consignees", {"southwind"}},
          {"countries", {"SG"}},
          {"products", {"a1"}},
          {"max_units", 9},
          {"restore_on", restore_on},
          {"window", {{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2030-01-01T00:00:00.000Z"}}}};
}

}  // namespace

TEST_CASE("a seizure overrides release, hold and quarantine, and the authority has the goods") {
  World world;
  const auto chips = world.chips(2);
  const Hash release = world.release("maker", "northwind", "S1", chips);
  world.record("gov", about("choke.hold", chips, {{"hold", "H1"}, {"basis", "b"}}));
  CHECK(world.rule("dealer", seizure(chips, "Z1")) == "role.missing");
  world.record("gov", seizure({chips[0]}, "Z1"));

  CHECK(world.display(chips[0]) == Display::seized);
  CHECK(world.custodian(chips[0]) == "gov");
  CHECK(world.chip(chips[0]).holds == 0);
  CHECK(world.state().tables().shipments[0].open() == 1);
  CHECK(world.state().tables().shipments[0].seized == 1);
  CHECK(world.rule("gov", seizure({chips[1]}, "Z1")) == "seizure.exists");
  CHECK(world.rule("gov", seizure({chips[0]}, "Z2")) == "chip.seized");
  CHECK(world.rule("northwind",
                   about("accept", {chips[0]},
                         {{"shipment", "S1"}, {"release", release.to_hex()}, {"method", "opened"}},
                         "northwind-site")) == "release.none");
  CHECK(world.rule("gov", about("retire", {chips[0]}, {{"cause", "c"}})) == "chip.seized");
}

TEST_CASE("seized goods are forfeit, or the authority releases them again") {
  World world;
  const auto chips = world.chips(3);
  world.record("gov", seizure({chips[0], chips[1]}, "Z1"));
  const Json ruling{{"ruling", "court 4"}};

  CHECK(world.rule("gov", about("choke.forfeit", {chips[2]}, ruling)) == "custody.not_custodian");
  world.record("gov", about("choke.forfeit", {chips[0]}, ruling));
  CHECK(world.display(chips[0]) == Display::retired);
  CHECK(world.rule("gov", about("choke.unseize", {chips[0]}, ruling)) == "seizure.none");
  world.record("gov", about("choke.unseize", {chips[1]}, ruling));
  world.deliver("gov", "maker", {chips[1]});
  CHECK(world.custodian(chips[1]) == "maker");
}

TEST_CASE("a licence says whether a seizure gives its draw back") {
  for (const bool gives_back : {false, true}) {
    CAPTURE(gives_back);
    World world;
    const auto chips = world.chips(2);
    world.record("gov", {.kind = "licence.grant",
                         .body = licence_with(gives_back ? Json{"seizure"} : Json::array())});
    world.release("maker", "southwind", "S1", chips, {{"licence", "L1"}});
    world.record("gov", seizure({chips[0]}, "Z1"));
    CHECK(world.state().tables().licences[0].units == (gives_back ? 1 : 2));
  }
}

TEST_CASE("a company vanishes: the authority takes custody on the books, and asks for the chips") {
  World world;
  const auto chips = world.chips(3);
  world.deliver("maker", "northwind", chips);
  Draft install{.kind = "install", .body = {{"rack", "r"}}, .site = "northwind-site"};
  install.chips.push_back({chips[0], {{"slot", "u1"}}});
  world.record("northwind", install);

  const auto others = world.chips(1);
  CHECK(world.rule("gov", seizure({chips[0], others[0]}, "Z0", false)) == "seizure.custodians");
  world.record("gov", seizure(chips, "Z1", false));
  for (const ChipId& chip : chips) {
    CHECK(world.custodian(chip) == "gov");
    CHECK(world.chip(chip).has(Flag::missing));
    CHECK(world.chip(chip).slot == registry::no_row);
  }
  const auto& seizure_row = world.state().tables().seizures[0];
  CHECK_FALSE(seizure_row.goods);
  CHECK(seizure_row.units == 3);
  const auto& cases = world.state().tables().cases;
  REQUIRE(cases.size() == 1);
  CHECK(cases[0].id == "Z1");
  CHECK(world.state().party_name(cases[0].against) == "northwind");
  CHECK(cases[0].open_lines == 3);
}

TEST_CASE("goods seized by their root stay as they are packed") {
  World world;
  const auto chips = world.chips(4);
  world.record("maker", about("pack", chips, {{"container", "crate"}}, "maker-site"));
  world.record("maker", {.kind = "release",
                         .body = {{"shipment", "S1"},
                                  {"receiver", "northwind"},
                                  {"destination", "northwind-site"},
                                  {"purpose", "sale"}},
                         .container = "crate"});
  world.record("gov", {.kind = "choke.seize",
                       .body = {{"seizure", "Z1"}, {"basis", "b"}, {"goods", true}},
                       .container = "crate",
                       .site = "port"});
  for (const ChipId& chip : chips) {
    CHECK(world.custodian(chip) == "gov");
    CHECK(world.chip(chip).place == registry::Place::in_container);
  }
  CHECK(world.state().tables().shipments[0].open() == 0);
}

TEST_CASE("an inspection at a chokepoint says how far identity was proven, and moves nothing") {
  World world;
  const auto chips = world.chips(2);
  world.release("maker", "northwind", "S1", chips);
  const auto inspect = [&](Json body, const std::string& site = "port") {
    Json all{{"inspection", "I1"}, {"method", "scan"}, {"level", "mark"}, {"result", "conformant"}};
    all.update(body);
    return world.rule("gov", about("choke.inspect", chips, all, site));
  };
  CHECK(inspect(Json::object()) == "chip.wrong_transport");
  world.record(
      "maker",
      about("leg.handover", chips, {{"shipment", "S1"}, {"taker", "broker"}, {"place", "quay"}}),
      {"broker"});
  world.record("gov",
               about("choke.checkin", chips, {{"shipment", "S1"}, {"declared_count", 2}}, "port"));
  const Hash before = world.state().last_statement(world.state().find_chip(chips[0]));
  CHECK(inspect(Json::object(), "gov-site") == "site.not_chokepoint");
  CHECK(inspect({{"plan", "P1"}}) == "choke.draw");
  CHECK(inspect({{"plan", "P1"}, {"opening", crypto::sha256("o").to_hex()}}) == "plan.unknown");
  CHECK(inspect(Json::object()) == "recorded");
  CHECK(inspect(Json::object()) == "inspection.exists");
  CHECK(world.state().last_statement(world.state().find_chip(chips[0])) == before);
  CHECK(world.state().tables().choke_inspections[0].units == 2);
}

TEST_CASE("a hold stops everything until the authority that set it lifts it") {
  World world;
  const auto chips = world.chips(1);
  const Hash release = world.release("maker", "northwind", "S1", chips);
  world.record("gov", about("choke.hold", chips, {{"hold", "H1"}, {"basis", "b"}}));
  world.record("gov", about("choke.hold", chips, {{"hold", "H2"}, {"basis", "b"}}));

  CHECK(world.rule("northwind",
                   about("accept", chips,
                         {{"shipment", "S1"}, {"release", release.to_hex()}, {"method", "opened"}},
                         "northwind-site")) == "chip.held");
  CHECK(world.rule("gov", about("choke.hold", chips, {{"hold", "H1"}, {"basis", "b"}})) ==
        "hold.exists");
  // Neither does it come to a chokepoint under a hold, nor without a carrier.
  const Draft arrival =
      about("choke.checkin", chips, {{"shipment", "S1"}, {"declared_count", 1}}, "port");
  CHECK(world.rule("gov", arrival) == "chip.held");
  world.record("gov", about("choke.clear", chips, {{"holds", {"H1", "H2"}}, {"depart", false}}));
  CHECK(world.rule("gov", arrival) == "chip.wrong_transport");
  world.record(
      "maker",
      about("leg.handover", chips, {{"shipment", "S1"}, {"taker", "broker"}, {"place", "quay"}}),
      {"broker"});
  world.record("gov", arrival);
  world.record("gov", about("choke.hold", chips, {{"hold", "H3"}, {"basis", "b"}}));
  world.record("gov", about("choke.hold", chips, {{"hold", "H4"}, {"basis", "b"}}));
  CHECK(world.rule("gov", about("choke.clear", chips, {{"holds", {"H3"}}, {"depart", true}})) ==
        "hold.remains");
  CHECK(world.rule("gov", about("choke.clear", chips, {{"depart", false}})) == "choke.nothing");
  CHECK(world.rule("gov", about("choke.clear", chips, {{"holds", {"H9"}}, {"depart", true}})) ==
        "hold.unknown");
  world.record("gov", about("choke.clear", chips, {{"holds", {"H3", "H4"}}, {"depart", true}}));
  world.accept("northwind", "S1", release, chips);
}
