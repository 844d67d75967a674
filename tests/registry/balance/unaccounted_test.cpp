// What nobody can show, what was not seen being made, and whose time has run out.

#include "registry/balance/unaccounted.hpp"

#include "ledger/crypto/sha256.hpp"
#include "registry/balance/clock_watch.hpp"
#include "registry/balance/material_balance.hpp"
#include "registry/roster.hpp"
#include "tests/registry/support/correction.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

std::size_t in_class(const Unaccounted& found, const std::string& name) {
  for (const ChipClass& one : found.classes) {
    if (one.name == name) return one.chips.size();
  }
  FAIL("no class " << name);
  return 0;
}

Unaccounted world_wide(const World& world) { return unaccounted(world.state(), no_row); }

RowN row_of(const World& world, const std::string& party) {
  return world.state().tables().parties.find(party);
}

Draft lost_draft(World& world, const ChipId& chip) {
  return about("loss.declare", {chip},
               {{"last_seen", world.clock.now().to_string()}, {"circumstances", "gone"}});
}

Draft exit_read(const ChipId& chip, const std::string& cause) {
  Draft read{.kind = "exit.read", .body = {{"cause", cause}}};
  read.chips.push_back({chip,
                        {{"counter", 5},
                         {"entry", crypto::sha256("entry").to_hex()},
                         {"epoch", 1},
                         {"head", crypto::sha256("head").to_hex()}}});
  return read;
}

/// The line of `chip` in the frame of `party`, of all time.
FrameLine line_of(World& world, const std::string& party, const ChipId& chip) {
  const auto whole = must(frame(world.state(), PartyId::parse(party).value(),
                                {.from = {0}, .to = {world.clock.now().ms + 1}}));
  for (const FrameLine& line : whole.lines) {
    if (line.chip == chip) return line;
  }
  FAIL("not in the frame");
  return whole.lines.front();
}

}  // namespace

TEST_CASE("a loss counts at once, of its custodian and of the world, until it is recovered") {
  World world;
  const auto chips = world.chips(4);
  world.deliver("maker", "northwind", chips);
  CHECK(world_wide(world).total() == 0);
  world.record("northwind", lost_draft(world, chips[0]));
  const auto found = world_wide(world);
  CHECK(found.total() == 1);
  CHECK(in_class(found, "lost") == 1);
  CHECK(found.classes[0].tpp == 4800);
  CHECK(found.classes[0].chips[0] == world.state().find_chip(chips[0]));
  CHECK(unaccounted(world.state(), row_of(world, "northwind")).total() == 1);
  CHECK(unaccounted(world.state(), row_of(world, "maker")).total() == 0);
}

TEST_CASE("destruction without an exit read writes nothing off") {
  World world;
  const auto chips = world.chips(2);
  world.record("maker", exit_read(chips[0], "destruction"));
  for (const ChipId& chip : chips) {
    world.record("maker", about("retire", {chip}, {{"cause", "worn"}}));
    world.record("maker", about("destroy", {chip}, {{"method", "m"}, {"place", "p"}}, "maker-site"),
                 {"witness"});
  }
  CHECK(in_class(world_wide(world), "destroyed without an exit read") == 1);
  CHECK(world_wide(world).total() == 1);
}

TEST_CASE("a log that was read long before a chip goes is no exit read, nor one before more use") {
  World world;
  const auto chips = world.chips(4);
  world.deliver("maker", "northwind", chips);
  for (const ChipId& chip : chips) world.record("northwind", exit_read(chip, "sale"));
  CHECK_FALSE(line_of(world, "northwind", chips[0]).exit_read);  // it has not left
  // The policy's 7 days begin to run, and one chip goes back into its rack.
  world.record("northwind", about("install", {chips[1]}, Json::object(), "northwind-site"));
  world.record("northwind", about("uninstall", {chips[1]}, {{"cause", "sold"}}));
  world.deliver("northwind", "dealer", {chips[0], chips[1]});
  world.clock.advance_ms(7 * ms_per_day);
  world.deliver("northwind", "dealer", {chips[2]});

  CHECK(line_of(world, "northwind", chips[0]).exit_read);
  CHECK_FALSE(line_of(world, "northwind", chips[1]).exit_read);
  CHECK_FALSE(line_of(world, "northwind", chips[2]).exit_read);
  for (std::size_t i = 0; i < 3; ++i) CHECK(line_of(world, "northwind", chips[i]).left);
  CHECK_FALSE(line_of(world, "northwind", chips[3]).left);

  // Destroyed with a read that is too old: the carcass writes nothing off.
  world.record("northwind", about("retire", {chips[3]}, {{"cause", "worn"}}));
  world.record("northwind",
               about("destroy", {chips[3]}, {{"method", "m"}, {"place", "p"}}, "northwind-site"),
               {"witness"});
  CHECK(in_class(world_wide(world), "destroyed without an exit read") == 1);
}

TEST_CASE(
    "a journey of weeks does not make the read before it old, and a policy may ask for less") {
  World world({}, {{"screening_days", 3650}, {"exit_read_days", 2}});
  world.add_party("carrier", "US", {"carrier"});
  const auto chips = world.chips(2);
  world.deliver("maker", "northwind", chips);
  for (const ChipId& chip : chips) world.record("northwind", exit_read(chip, "sale"));
  world.clock.advance_ms(ms_per_day);
  const Hash first = world.release("northwind", "dealer", "S1", {chips[0]});
  world.record("northwind",
               about("leg.handover", {chips[0]},
                     {{"shipment", "S1"}, {"taker", "carrier"}, {"place", "dock"}}),
               {"carrier"});
  const Hash second = world.release("northwind", "dealer", "S2", {chips[1]});
  world.clock.advance_ms(21 * ms_per_day);
  world.accept("dealer", "S1", first, {chips[0]});
  world.accept("dealer", "S2", second, {chips[1]});

  CHECK(line_of(world, "northwind", chips[0]).exit_read);
  CHECK_FALSE(line_of(world, "northwind", chips[1]).exit_read);  // nobody took it away
}

TEST_CASE("what moves to another site of its party has not left it") {
  World world;
  world.record(
      "northwind",
      {.kind = "site.register",
       .body = {
           {"site", "northwind-two"}, {"name", "Two"}, {"country", "US"}, {"kind", "warehouse"}}});
  const auto chips = world.chips(1);
  world.deliver("maker", "northwind", chips);
  world.clock.advance_ms(1'000);
  const Window early{.from = {0}, .to = {world.clock.now().ms}};
  world.clock.advance_ms(1'000);
  world.record("northwind", about("install", chips, Json::object(), "northwind-two"));

  const auto lines = must(frame(world.state(), PartyId::parse("northwind").value(), early)).lines;
  REQUIRE(lines.size() == 1);
  CHECK_FALSE(lines[0].left);
}

TEST_CASE("released chips that nobody accepted in time are unaccounted for") {
  World world;
  const auto chips = world.chips(2);
  Timestamp soon = world.clock.now();
  soon.ms += 60'000;
  world.release("maker", "northwind", "S1", chips,
                {{"exception", "test"}, {"accept_by", soon.to_string()}});
  world.chips(1);
  CHECK(world_wide(world).total() == 0);
  world.clock.advance_ms(120'000);
  world.chips(1);
  CHECK(in_class(world_wide(world), "released and overdue") == 2);
}

TEST_CASE("a count that found less, and short items without an id, stand in the total") {
  World world;
  const auto chips = world.chips(3);
  world.deliver("maker", "northwind", chips);
  world.record("northwind",
               {.kind = "discrepancy.open",
                .body = {{"case", "C1"}, {"kind", "short"}, {"text", "t"}, {"quantity", 7}}});
  CHECK(world_wide(world).nameless == 7);
  CHECK(world_wide(world).total() == 7);
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
  CHECK(clocks[0].owner == row_of(world, "northwind"));
  CHECK(clocks[0].due == soon);
  CHECK_FALSE(clocks[0].overdue);
  CHECK(clocks[1].what == "case");
  CHECK(clocks[1].owner == row_of(world, "maker"));

  const Timestamp later{world.clock.now().ms + 11 * ms_per_day};
  for (const DueClock& clock : running_clocks(world.state(), no_row, later)) {
    CHECK(clock.overdue);
  }
  CHECK(running_clocks(world.state(), row_of(world, "northwind"), later).size() == 1);
}

TEST_CASE("a count that was taken back is none") {
  World world;
  const auto chips = world.chips(3);
  world.deliver("maker", "northwind", chips);
  const Timestamp from{0};
  world.clock.advance_ms(1000);
  const Timestamp to = world.clock.now();
  world.clock.advance_ms(1000);
  const Hash closed =
      world.record("northwind",
                   {.kind = "balance.close",
                    .body = {{"period", {{"from", from.to_string()}, {"to", to.to_string()}}},
                             {"opening", 0},
                             {"increases", 3},
                             {"decreases", 0},
                             {"closing", 3},
                             {"counted", 1},
                             {"surplus", 0},
                             {"shortfall", 2}}},
                   {"gov"});
  CHECK(world_wide(world).total() == 2);
  const BookScope scope{.party = row_of(world, "northwind")};
  CHECK(must(material_balance(world.state(), scope, {from, to}, {})).counted);

  world.record("northwind", void_of(closed), {"gov"});
  CHECK(world_wide(world).total() == 0);
  CHECK_FALSE(must(material_balance(world.state(), scope, {from, to}, {})).counted);
}
