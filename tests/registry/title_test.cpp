// Title and leases: who owns and who uses, whoever has custody.

#include "ledger/crypto/sha256.hpp"
#include "registry/roster.hpp"
#include "tests/registry/support/correction.hpp"

using namespace muster;
using namespace muster::test;
using registry::Draft;

namespace {

Draft sale(const std::vector<ChipId>& chips, const std::string& buyer) {
  return about("title.transfer", chips,
               {{"buyer", buyer}, {"contract", crypto::sha256("contract").to_hex()}});
}

Draft lease_of(const std::vector<ChipId>& chips, const std::string& id,
               const Json& more = Json::object()) {
  Json body{{"lease", id},
            {"lessee", "southwind"},
            {"country", "SG"},
            {"window", {{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2027-01-01T00:00:00.000Z"}}}};
  body.update(more);
  return about("lease.start", chips, body);
}

std::string owner(const World& world, const ChipId& chip) {
  return world.state().party_name(world.chip(chip).owner);
}

}  // namespace

TEST_CASE("a drop shipment: title passes through a dealer that never has the goods") {
  World world;
  const auto chips = world.chips(2);
  CHECK(world.rule("maker", sale(chips, "dealer")) == "signature.second_party");
  CHECK(world.rule("dealer", sale(chips, "northwind"), {"northwind"}) == "title.not_owner");
  CHECK(world.rule("maker", sale(chips, "maker")) == "title.to_self");
  world.record("maker", sale(chips, "dealer"), {"dealer"});
  world.record("dealer", sale(chips, "northwind"), {"northwind"});
  CHECK(owner(world, chips[0]) == "northwind");
  CHECK(world.custodian(chips[0]) == "maker");

  world.deliver("maker", "northwind", chips);
  CHECK(world.custodian(chips[0]) == "northwind");
  CHECK(owner(world, chips[0]) == "northwind");
}

TEST_CASE("title passes between screened parties only, and not while goods are on their way") {
  World world;
  const auto chips = world.chips(2);
  world.record("gov", {.kind = "screen.result", .body = world.screening({"broker"}, "hit")});
  CHECK(world.rule("maker", sale(chips, "broker"), {"broker"}) == "screen.hit");
  world.record("gov", {.kind = "screen.result", .body = world.screening({"maker"}, "review")});
  CHECK(world.rule("maker", sale(chips, "dealer"), {"dealer"}) == "screen.hit");
  world.record("gov", {.kind = "screen.result", .body = world.screening({"maker"}, "pass")});
  world.release("maker", "northwind", "S1", {chips[0]});
  CHECK(world.rule("maker", sale({chips[0]}, "dealer"), {"dealer"}) == "release.open");
  CHECK(world.rule("maker", sale({chips[1]}, "dealer"), {"dealer"}) == "recorded");
}

TEST_CASE("a lease names its chips, each under one lease, and ends chip by chip") {
  World world;
  const auto chips = world.chips(4);
  world.deliver("maker", "northwind", chips);
  const std::vector<std::string> lessee{"southwind"};

  CHECK(world.rule("northwind", lease_of(chips, "R1")) == "signature.second_party");
  CHECK(world.rule("dealer", lease_of(chips, "R1"), lessee) == "lease.not_yours");
  CHECK(world.rule("northwind", lease_of({}, "R1"), lessee) == "lease.form");
  CHECK(world.rule("northwind", lease_of(chips, "R1", {{"capacity", 4}}), lessee) == "lease.form");
  world.record("northwind", lease_of({chips[0], chips[1], chips[2]}, "R1"), lessee);
  CHECK(world.rule("northwind", lease_of({chips[3]}, "R1"), lessee) == "lease.exists");
  CHECK(world.rule("northwind", lease_of({chips[2], chips[3]}, "R2"), lessee) == "lease.leased");
  CHECK(world.state().party_name(world.chip(chips[1]).lessee) == "southwind");
  CHECK(world.custodian(chips[1]) == "northwind");

  const auto end = [&](const std::string& org, const std::vector<ChipId>& some) {
    return world.rule(org, about("lease.end", some, {{"lease", "R1"}}));
  };
  CHECK(end("dealer", {chips[0]}) == "lease.not_yours");
  CHECK(end("northwind", {}) == "lease.form");
  CHECK(end("northwind", {chips[3]}) == "lease.other_chip");
  CHECK(end("southwind", {chips[1]}) == "recorded");
  CHECK(end("northwind", {chips[1]}) == "lease.other_chip");
  const auto& leases = world.state().tables().leases;
  CHECK(leases[0].ended == registry::no_index);
  CHECK(end("northwind", {chips[0], chips[2]}) == "recorded");
  CHECK(leases[0].ended != registry::no_index);
  CHECK(world.chip(chips[0]).lessee == registry::no_row);
  CHECK(end("northwind", {chips[0]}) == "lease.ended");
}

TEST_CASE("whether a chip's log was read at the end of its lease is noted") {
  World world;
  const auto chips = world.chips(2);
  world.deliver("maker", "northwind", chips);
  world.record("northwind", lease_of(chips, "R1"), {"southwind"});
  Draft read{.kind = "exit.read", .body = {{"cause", "lease_end"}}};
  read.chips.push_back({chips[1],
                        {{"counter", 7},
                         {"entry", crypto::sha256("e").to_hex()},
                         {"epoch", 1},
                         {"head", crypto::sha256("h").to_hex()}}});
  world.record("northwind", read);
  world.record("northwind", about("lease.end", chips, {{"lease", "R1"}}));
  const auto& rows = world.state().tables().leased_chips;
  for (registry::RowN n = 0; n < rows.size(); ++n) {
    CHECK(rows[n].exit_read == (world.state().chip_id(rows[n].chip) == chips[1]));
  }
}

TEST_CASE("a chip is used from its own country, or from where its licence says") {
  World world;
  const auto chips = world.chips(2);
  world.record(
      "gov",
      {.kind = "licence.grant",
       .body = {{"licence", "L1"},
                {"licensee", "maker"},
                {"consignees", {"southwind"}},
                {"countries", {"SG"}},
                {"products", {"a1"}},
                {"max_units", 5},
                {"window",
                 {{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2027-01-01T00:00:00.000Z"}}}}});
  const Hash release = world.release("maker", "southwind", "S1", {chips[0]}, {{"licence", "L1"}});
  world.accept("southwind", "S1", release, {chips[0]});
  const auto from = [&](const std::string& country) {
    static int serial = 0;
    const std::string id = "R" + std::to_string(++serial);
    return world.rule("southwind",
                      lease_of({chips[0]}, id, {{"lessee", "broker"}, {"country", country}}),
                      {"broker"});
  };
  CHECK(from("CN") == "lease.remote_access");
  CHECK(from("US") == "lease.remote_access");
  CHECK(from("SG") == "recorded");
}

TEST_CASE("the policy bars use from a country of chips under no licence") {
  World world({}, {{"screening_days", 3650}, {"remote_access_barred", {"KP"}}});
  const auto chips = world.chips(1);
  CHECK(world.rule("maker", lease_of(chips, "R1", {{"country", "KP"}}), {"southwind"}) ==
        "lease.remote_access");
  CHECK(world.rule("maker", lease_of({}, "R1", {{"country", "KP"}, {"capacity", 8}}),
                   {"southwind"}) == "lease.remote_access");
  CHECK(world.rule("maker", lease_of(chips, "R1", {{"country", "FR"}}), {"southwind"}) ==
        "recorded");
}

TEST_CASE("what a party leases is in its frame, for the days of the lease") {
  World world;
  const auto chips = world.chips(3);
  world.deliver("maker", "northwind", chips);
  const Timestamp start = world.clock.now();
  const auto lessee = PartyId::parse("southwind").value();
  const auto days = [](std::int64_t n) { return n * ms_per_day; };
  const Window window{{start.ms}, {start.ms + days(30)}};
  Draft lease = lease_of(
      {chips[0], chips[1]}, "R1",
      {{"window",
        {{"from", start.to_string()}, {"to", Timestamp{start.ms + days(20)}.to_string()}}}});
  world.record("northwind", lease, {"southwind"});
  world.clock.advance_ms(days(10));
  world.record("northwind", about("lease.end", {chips[1]}, {{"lease", "R1"}}));
  world.clock.advance_ms(days(30));

  const auto frame = must(registry::frame(world.state(), lessee, window));
  REQUIRE(frame.lines.size() == 2);
  CHECK(frame.lines[0].chip == chips[0]);
  CHECK(frame.lines[0].held_ms == days(20) - 1000);
  CHECK(frame.lines[1].held_ms == days(10) + 1000);
  CHECK(frame.lines[0].site == "northwind-site");
  const auto owners =
      must(registry::frame(world.state(), PartyId::parse("northwind").value(), window));
  CHECK(owners.lines.size() == 3);
  const auto row = world.state().tables().parties.find("southwind");
  CHECK(registry::frame_chips(world.state(), row, window, world.state().size()).size() == 2);
  CHECK(registry::frame_chips(world.state(), row, {{start.ms + days(25)}, {start.ms + days(30)}},
                              world.state().size())
            .empty());
}

TEST_CASE("a lease of capacity puts the lessor's whole pool into the lessee's frame") {
  World world;
  const auto chips = world.chips(4);
  world.deliver("maker", "northwind", chips);
  const Window window{world.clock.now(), {world.clock.now().ms + 30 * ms_per_day}};
  world.record("northwind", lease_of({}, "R1", {{"capacity", 2}}), {"southwind"});
  // What the lessee takes into its own custody meanwhile counts once.
  world.clock.advance_ms(10 * ms_per_day);
  world.deliver("northwind", "southwind", {chips[0]});
  world.clock.advance_ms(40 * ms_per_day);
  const auto frame =
      must(registry::frame(world.state(), PartyId::parse("southwind").value(), window));
  REQUIRE(frame.lines.size() == 4);
  for (const auto& line : frame.lines) CHECK(line.held_ms <= window.length_ms());
  CHECK(frame.lines[0].held_ms == frame.lines[1].held_ms);
}

TEST_CASE("a lease that is taken back ends then, and was until then; its lessee signs") {
  World world;
  const auto chips = world.chips(2);
  world.deliver("maker", "northwind", chips);
  const Timestamp start = world.clock.now();
  const auto lessee = PartyId::parse("southwind").value();
  const Hash named = world.record("northwind", lease_of({chips[0]}, "R1"), {"southwind"});
  const Hash pooled =
      world.record("northwind", lease_of({}, "R2", {{"capacity", 2}}), {"southwind"});
  const registry::Index32 before = world.state().size();
  world.clock.advance_ms(10 * ms_per_day);
  const Timestamp now = world.clock.now();
  const Window so_far{start, now};
  const auto told = must(registry::frame(world.state(), lessee, so_far, before)).lines;
  REQUIRE(told.size() == 2);

  CHECK(world.rule("northwind", void_of(pooled)) == "correct.second_party");
  CHECK(world.rule("northwind", void_of(pooled), {"southwind"}) == "recorded");
  CHECK(world.rule("northwind", void_of(named)) == "correct.second_party");
  CHECK(world.rule("gov", void_of(named)) == "recorded");
  CHECK(world.chip(chips[0]).lessee == registry::no_row);

  // Frames of the past say what they said; those of today, that it was used until it was ended.
  CHECK(must(registry::frame(world.state(), lessee, so_far, before)).lines == told);
  auto today = must(registry::frame(world.state(), lessee, so_far)).lines;
  for (registry::FrameLine& line : today) {
    CHECK(line.left);
    line.left = false;
  }
  CHECK(today == told);
  world.clock.advance_ms(10 * ms_per_day);
  const Window later{{now.ms + ms_per_day}, world.clock.now()};
  CHECK(must(registry::frame(world.state(), lessee, later)).lines.empty());
}

TEST_CASE("a lease's end that is taken back was its end until then, in every frame of the past") {
  World world;
  const auto chips = world.chips(2);
  world.deliver("maker", "northwind", chips);
  const Timestamp start = world.clock.now();
  const auto lessee = PartyId::parse("southwind").value();
  world.record("northwind", lease_of({chips[0]}, "R1"), {"southwind"});
  world.record("northwind", lease_of({}, "R2", {{"capacity", 2}}), {"southwind"});
  const auto days = [&](std::int64_t n) { world.clock.advance_ms(n * ms_per_day); };
  days(10);
  const Hash named = world.record("northwind", about("lease.end", {chips[0]}, {{"lease", "R1"}}));
  const Hash pooled = world.record("northwind", about("lease.end", {}, {{"lease", "R2"}}));
  const registry::Index32 between = world.state().size();
  days(10);
  const Window window{start, {start.ms + 40 * ms_per_day}};
  const auto lines = [&](registry::Index32 size) {
    return must(registry::frame(world.state(), lessee, window, size)).lines;
  };
  const auto told = lines(between);
  REQUIRE(told.size() == 2);

  // Whoever gets the use back signs: of chips, and of a capacity.
  CHECK(world.rule("northwind", void_of(named)) == "correct.second_party");
  CHECK(world.rule("northwind", void_of(pooled)) == "correct.second_party");
  world.record("northwind", void_of(named), {"southwind"});
  world.record("northwind", void_of(pooled), {"southwind"});
  const registry::Index32 after = world.state().size();
  CHECK(world.chip(chips[0]).lessee != registry::no_row);
  CHECK(lines(between) == told);
  // From its own entry on the correction counts: ten days, ten days of which nobody knew, and on.
  const auto now = lines(after);
  REQUIRE(now.size() == 2);
  CHECK(now[0].held_ms > told[0].held_ms);
  CHECK(now[0].held_ms < window.length_ms() - 9 * ms_per_day);

  // An end after that is one more, and does not change what was told either.
  days(5);
  world.record("northwind", about("lease.end", {chips[0]}, {{"lease", "R1"}}));
  world.record("northwind", about("lease.end", {}, {{"lease", "R2"}}));
  CHECK(lines(between) == told);
  CHECK(lines(after) == now);
  must(world.registry().rebuild());
  CHECK(lines(between) == told);
}

TEST_CASE("a frame of the past has the site that a leased chip stood at then") {
  World world;
  const auto chips = world.chips(1);
  world.deliver("maker", "northwind", chips);
  const Timestamp start = world.clock.now();
  world.record("northwind", lease_of(chips, "R1"), {"southwind"});
  const registry::Index32 then = world.state().size();
  world.clock.advance_ms(ms_per_day);
  world.record("northwind", about("lease.end", chips, {{"lease", "R1"}}));
  world.deliver("northwind", "dealer", chips);

  const auto lessee = PartyId::parse("southwind").value();
  const Window window{start, world.clock.now()};
  const auto site = [&](registry::Index32 size) {
    return must(registry::frame(world.state(), lessee, window, size)).lines.at(0).site;
  };
  CHECK(site(then) == "northwind-site");
  CHECK(site(world.state().size()) == "dealer-site");
}

TEST_CASE("a capacity is leased without chips, and ends as a whole") {
  World world;
  world.record("northwind", lease_of({}, "R1", {{"capacity", 100}}), {"southwind"});
  CHECK(world.state().tables().leases[0].capacity == 100);
  world.record("southwind", about("lease.end", {}, {{"lease", "R1"}}));
  CHECK(world.state().tables().leases[0].ended != registry::no_index);
}
