// The frame of a window is frozen whole, whatever became of its chips.

#include "registry/roster.hpp"
#include "tests/registry/support/audit.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

TEST_CASE("a frame is frozen with what was lost, stolen, seized and destroyed in its window") {
  Audit audit;
  World& world = audit.world;
  const auto& chips = audit.chips;
  world.record("northwind", about("loss.declare", {chips[0]}, {{"circumstances", "c"}}));
  world.record("northwind",
               about("theft.declare", {chips[1]}, {{"circumstances", "c"}, {"police", "p"}}));
  world.record("northwind", about("retire", {chips[2]}, {{"cause", "c"}}));
  world.record("northwind",
               about("destroy", {chips[2]}, {{"method", "m"}, {"place", "p"}}, "northwind-site"),
               {"witness"});
  world.record("gov", about("choke.seize", {chips[3]},
                            {{"seizure", "Z1"}, {"basis", "b"}, {"goods", false}}, "port"));
  audit.window.to = world.clock.now();

  const auto heads = world.rule("northwind", audit.heads_draft(5));

  REQUIRE(heads == "recorded");
  audit.heads = world.state().tables().statements[world.state().size() - 1].hash;
  Json body = audit.freeze_body();
  body["heads"]["root"] = world.state().tables().heads[1].root.to_hex();
  CHECK(world.rule("northwind", {.kind = "freeze.commit", .body = body}) == "recorded");
}

TEST_CASE("a lessee had the chips of a lease from its beginning to its end") {
  World world;
  const auto chips = world.chips(2);
  world.deliver("maker", "northwind", chips);
  const Window window{must(Timestamp::parse("2026-01-01T00:00:00.000Z")),
                      must(Timestamp::parse("2027-01-01T00:00:00.000Z"))};
  const auto accepted = [&] {
    const auto& statements = world.state().tables().statements;
    return Timestamp{statements[statements.size() - 1].accepted_ms};
  };
  world.record(
      "northwind",
      about("lease.start", chips,
            {{"lease", "R1"},
             {"lessee", "southwind"},
             {"country", "SG"},
             {"window", {{"from", window.from.to_string()}, {"to", window.to.to_string()}}}}),
      {"southwind"});
  const Timestamp begun = accepted();
  world.clock.advance_ms(10 * ms_per_day);
  world.record("southwind", about("lease.end", {chips[0]}, {{"lease", "R1"}}));
  const Timestamp ended = accepted();

  const auto& state = world.state();
  const auto held = registry::held_stretches(state, state.tables().parties.find("southwind"),
                                             window, state.size());

  REQUIRE(held.size() == 2);
  CHECK(state.chip_id(held[0].chip) == chips[0]);
  CHECK(held[0].time == Window{begun, ended});
  CHECK(held[1].time == Window{begun, window.to});
}
