// The frame of a window is frozen whole, whatever became of its chips.

#include "tests/registry/support/audit.hpp"

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
