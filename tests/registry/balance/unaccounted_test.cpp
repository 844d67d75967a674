// What nobody can show, and what was not seen being made.

#include "registry/balance/unaccounted.hpp"

#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"
#include "registry/balance/material_balance.hpp"
#include "registry/book.hpp"
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

/// An inventory of northwind that goes on from the one before, if there is one, and finds its whole
/// book but `missing`.
Draft counted_by_northwind(World& world, const std::vector<ChipId>& missing) {
  const State& state = world.state();
  const BookScope scope{.party = row_of(world, "northwind")};
  std::vector<ChipId> there;
  for (const RowN chip : book_chips(state, scope, state.size())) {
    const ChipId id = state.chip_id(chip);
    if (std::ranges::find(missing, id) == missing.end()) there.push_back(id);
  }
  std::ranges::sort(there);
  std::vector<Hash> leaves;
  for (const ChipId& chip : there) leaves.push_back(ledger::leaf_hash(chip.bytes()));
  Json body{{"entries", state.size()},
            {"count", there.size()},
            {"tpp", 4800 * there.size()},
            {"root", ledger::root_hash(leaves).to_hex()},
            {"added", there.size() + missing.size()},
            {"removed", 0},
            {"missing", Json::array()}};
  for (const ChipId& chip : missing) body["missing"].push_back(chip.to_string());
  const RowN last = state.tables().inventories.find("northwind/");
  if (last == no_row) return {.kind = "inventory", .body = body};
  const Inventory& before = state.tables().inventories[last];
  body["previous"] = state.tables().statements[before.index].hash.to_hex();
  body["added"] = 0;
  return {.kind = "inventory", .body = body};
}

/// The books of northwind up to then, which has three chips: one of them was counted.
Draft closed_two_short(Timestamp to) {
  return {.kind = "balance.close",
          .body = {{"period", {{"from", Timestamp{0}.to_string()}, {"to", to.to_string()}}},
                   {"opening", 0},
                   {"increases", 3},
                   {"decreases", 0},
                   {"closing", 3},
                   {"counted", 1},
                   {"surplus", 0},
                   {"shortfall", 2}}};
}

/// A period up to now, which is over when this returns.
Timestamp end_of_period(World& world) {
  world.clock.advance_ms(1000);
  const Timestamp to = world.clock.now();
  world.clock.advance_ms(1000);
  return to;
}

std::size_t not_found(const World& world) {
  return in_class(world_wide(world), "not found by an inventory");
}

}  // namespace

TEST_CASE(
    "what an inventory did not find stays unaccounted for, whatever its custodian says later") {
  World world;
  const auto chips = world.chips(3);
  world.deliver("maker", "northwind", chips);
  const Hash counted = world.record("northwind", counted_by_northwind(world, {chips[0], chips[2]}));
  CHECK(not_found(world) == 2);
  CHECK(world_wide(world).total() == 2);
  CHECK(unaccounted(world.state(), row_of(world, "northwind")).total() == 2);
  CHECK(world_wide(world).classes[3].since.front() == *world.state().statement_index(counted));

  // Its own word: a further count, another place, taking the count back, wording it anew.
  world.record("northwind", counted_by_northwind(world, {}));
  world.record("northwind", about("install", {chips[0]}, Json::object(), "northwind-site"));
  CHECK(not_found(world) == 2);
  CHECK(world.rule("northwind", void_of(counted)) == "correct.dependants");
  // Another dealer's acceptance on paper: now that one answers for it.
  world.deliver("northwind", "dealer", {chips[2]});
  CHECK(unaccounted(world.state(), row_of(world, "northwind")).total() == 1);
  CHECK(unaccounted(world.state(), row_of(world, "dealer")).total() == 1);

  // A count that an authority signs as well ends it, for what is on that book.
  world.record("northwind", about("uninstall", {chips[0]}, {{"cause", "count"}}));
  Draft recount = counted_by_northwind(world, {});
  recount.body["removed"] = 1;
  world.record("northwind", recount, {"gov"});
  CHECK(not_found(world) == 1);
  CHECK(unaccounted(world.state(), row_of(world, "northwind")).total() == 0);
}

TEST_CASE("a chip that was not found ends as destroyed, seized or recovered, and counts once") {
  World world;
  const auto chips = world.chips(4);
  world.deliver("maker", "northwind", chips);
  world.record("northwind", counted_by_northwind(world, {chips[0], chips[1], chips[2]}));
  world.record("gov", about("choke.seize", {chips[0]},
                            {{"seizure", "Z1"}, {"basis", "b"}, {"goods", true}}, "port"));
  CHECK(not_found(world) == 2);
  world.record("northwind", lost_draft(world, chips[1]));
  CHECK(not_found(world) == 1);
  CHECK(world_wide(world).total() == 2);
  world.record("northwind",
               about("recover", {chips[1]},
                     {{"place", "p"}, {"proof", crypto::sha256("p").to_hex()}}, "northwind-site"),
               {"gov"});
  CHECK(world_wide(world).total() == 1);
  // The carcass alone writes nothing off.
  world.record("northwind", about("retire", {chips[2]}, {{"cause", "worn"}}));
  world.record("northwind",
               about("destroy", {chips[2]}, {{"method", "m"}, {"place", "p"}}, "northwind-site"),
               {"witness"});
  CHECK(not_found(world) == 0);
  CHECK(in_class(world_wide(world), "destroyed without an exit read") == 1);
  CHECK(world_wide(world).total() == 1);
}

TEST_CASE("a loss is taken back by an authority, never by whoever declared it alone") {
  World world;
  const auto chips = world.chips(3);
  world.deliver("maker", "northwind", chips);
  const Hash lost = world.record("northwind", lost_draft(world, chips[0]));
  CHECK(world.rule("northwind", void_of(lost)) == "correct.second_party");
  CHECK(world_wide(world).total() == 1);
  world.record("northwind", void_of(lost), {"gov"});
  CHECK(world_wide(world).total() == 0);

  const Hash counted = world.record("northwind", counted_by_northwind(world, {chips[1]}));
  CHECK(world.rule("northwind", void_of(counted)) == "correct.second_party");
  const Json event = counted_by_northwind(world, {chips[2]}).body;
  Json instead = text_of(world, counted);
  instead["body"]["missing"] = event["missing"];
  instead["body"]["root"] = event["root"];
  CHECK(world.rule("northwind", replacement(world, counted, instead)) == "correct.second_party");
  world.record("northwind", replacement(world, counted, instead), {"gov"});
  const auto found = world_wide(world);
  CHECK(found.total() == 1);
  CHECK(found.classes[3].chips == std::vector{world.state().find_chip(chips[2])});
}

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

TEST_CASE("what a receiver refused stays the sender's to show until it has taken it back") {
  World world;
  const auto chips = world.chips(3);
  Timestamp soon = world.clock.now();
  soon.ms += 60'000;
  const Hash release = world.release("maker", "northwind", "S1", chips,
                                     {{"exception", "test"}, {"accept_by", soon.to_string()}});
  world.record("northwind", about("refuse", {chips[0], chips[1]},
                                  {{"shipment", "S1"}, {"cause", "wet"}}, "northwind-site"));
  CHECK(world_wide(world).total() == 0);  // there is time to take it back
  world.clock.advance_ms(120'000);
  world.chips(1);
  CHECK(in_class(world_wide(world), "released and overdue") == 1);
  CHECK(in_class(world_wide(world), "refused and not taken back") == 2);
  CHECK(unaccounted(world.state(), row_of(world, "maker")).total() == 3);
  CHECK(unaccounted(world.state(), row_of(world, "northwind")).total() == 0);

  world.record("maker",
               about("accept", {chips[0]},
                     {{"shipment", "S1"}, {"release", release.to_hex()}, {"method", "opened"}},
                     "maker-site"));
  CHECK(in_class(world_wide(world), "refused and not taken back") == 1);
  CHECK(world_wide(world).total() == 2);
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

TEST_CASE("a shortfall counts chips that an inventory names once, though they are lost as well") {
  World world;
  const auto chips = world.chips(3);
  world.deliver("maker", "northwind", chips);
  world.record("northwind", counted_by_northwind(world, {chips[0], chips[1]}));
  world.record("northwind", lost_draft(world, chips[0]));
  world.record("northwind", closed_two_short(end_of_period(world)), {"gov"});

  CHECK(world_wide(world).shortfalls.empty());
  CHECK(world_wide(world).total() == 2);
}

TEST_CASE("a shortfall stays as it is when chips that are lost are named after it") {
  World world;
  const auto chips = world.chips(3);
  world.deliver("maker", "northwind", chips);
  world.record("northwind", closed_two_short(end_of_period(world)), {"gov"});
  world.record("northwind", lost_draft(world, chips[0]));
  CHECK(world_wide(world).total() == 3);

  world.record("northwind", counted_by_northwind(world, {chips[0]}));

  CHECK(world_wide(world).total() == 3);
}

TEST_CASE("a count that was taken back is none") {
  World world;
  const auto chips = world.chips(3);
  world.deliver("maker", "northwind", chips);
  const Timestamp from{0};
  const Timestamp to = end_of_period(world);
  const Hash closed = world.record("northwind", closed_two_short(to), {"gov"});
  CHECK(world_wide(world).total() == 2);
  const BookScope scope{.party = row_of(world, "northwind")};
  CHECK(must(material_balance(world.state(), scope, {from, to}, {})).counted);

  CHECK(world.rule("northwind", void_of(closed)) == "correct.second_party");
  world.record("northwind", void_of(closed), {"gov"});
  CHECK(world_wide(world).total() == 0);
  CHECK_FALSE(must(material_balance(world.state(), scope, {from, to}, {})).counted);
}
