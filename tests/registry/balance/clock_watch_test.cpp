// Whose time has run out.

#include "registry/balance/clock_watch.hpp"

#include "tests/registry/support/correction.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

RowN party_row(const World& world, const std::string& party) {
  return world.state().tables().parties.find(party);
}

}  // namespace

TEST_CASE("who refused goods has answered: it is the sender's to take them back") {
  World world;
  const auto chips = world.chips(3);
  Timestamp soon = world.clock.now();
  soon.ms += 3'600'000;
  world.release("maker", "northwind", "S1", chips,
                {{"exception", "test"}, {"accept_by", soon.to_string()}});
  world.record("northwind", about("refuse", {chips[0]}, {{"shipment", "S1"}, {"cause", "wrong"}},
                                  "northwind-site"));

  const auto clocks = running_clocks(world.state(), no_row, world.clock.now());

  REQUIRE(clocks.size() == 2);
  CHECK(clocks[0].what == "acceptance");
  CHECK(clocks[0].want == "acceptance or refusal of 2 chips");
  CHECK(clocks[0].owner == party_row(world, "northwind"));
  CHECK(clocks[1].what == "return");
  CHECK(clocks[1].want == "taking back 1 chip");
  CHECK(clocks[1].owner == party_row(world, "maker"));
}

TEST_CASE("clocks run for whoever has to act, and are overdue after their time") {
  World world;
  const auto chips = world.chips(2);
  Timestamp soon = world.clock.now();
  soon.ms += 60'000;
  world.release("maker", "northwind", "S1", {chips[0]},
                {{"exception", "test"}, {"accept_by", soon.to_string()}});
  world.record("maker", about("discrepancy.open", {chips[1]},
                              {{"case", "C1"}, {"kind", "damaged"}, {"text", "t"}}));
  const auto clocks = running_clocks(world.state(), no_row, world.clock.now());
  REQUIRE(clocks.size() == 2);
  CHECK(clocks[0].what == "acceptance");
  CHECK(clocks[0].owner == party_row(world, "northwind"));
  CHECK(clocks[0].due == soon);
  CHECK_FALSE(clocks[0].overdue);
  CHECK(clocks[1].what == "case");
  CHECK(clocks[1].owner == party_row(world, "maker"));

  const Timestamp later{world.clock.now().ms + 11 * ms_per_day};
  for (const DueClock& clock : running_clocks(world.state(), no_row, later)) {
    CHECK(clock.overdue);
  }
  CHECK(running_clocks(world.state(), party_row(world, "northwind"), later).size() == 1);
}

TEST_CASE("the clock of a hold runs until the time that it names, while a chip is under it") {
  World world;
  const auto chips = world.chips(3);
  Timestamp until = world.clock.now();
  until.ms += ms_per_day;
  const auto hold = [&](const char* id, const ChipId& chip, Json more) {
    Json body{{"hold", id}, {"basis", "order 7"}};
    body.update(more);
    world.record("gov", about("choke.hold", {chip}, body, "port"));
  };
  hold("H1", chips[0], {{"until", until.to_string()}});
  const Index32 index = world.state().size() - 1;
  hold("H2", chips[1], Json::object());

  const auto clocks = must(hold_clocks(world.state(), *world.log));
  REQUIRE(clocks.size() == 1);
  CHECK(clocks[0].what == "hold");
  CHECK(clocks[0].id == "H1");
  CHECK(clocks[0].owner == party_row(world, "gov"));
  CHECK(clocks[0].due == until);
  CHECK(clocks[0].source == index);
  const Timestamp later{until.ms + 1};
  CHECK_FALSE(running_clocks(world.state(), no_row, until, clocks)[0].overdue);
  CHECK(running_clocks(world.state(), no_row, later, clocks)[0].overdue);
  CHECK(running_clocks(world.state(), party_row(world, "maker"), later, clocks).empty());

  world.record("gov", about("choke.clear", {chips[0]}, {{"holds", {"H1"}}, {"depart", false}}));
  CHECK(must(hold_clocks(world.state(), *world.log)).empty());
}
