// Deadlines of shipments: they go along wherever the goods go.

#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

const registry::Shipment& shipment_called(const World& world, const std::string& id) {
  const auto& shipments = world.state().tables().shipments;
  return shipments[shipments.find(id)];
}

Json other_way(const std::string& from, const std::string& into, const std::string& to) {
  return {{"shipment", from},
          {"into", into},
          {"receiver", to},
          {"destination", to + "-site"},
          {"cause", "storm"}};
}

}  // namespace

TEST_CASE("a deadline is not lost on another way, nor by joining another shipment") {
  World world;
  const auto chips = world.chips(4);
  Timestamp deadline = world.clock.now();
  deadline.ms += 10 * ms_per_day;
  world.release("maker", "northwind", "S1", {chips[0], chips[1]},
                {{"accept_by", deadline.to_string()}});
  world.release("maker", "northwind", "S2", {chips[2]});
  CHECK(world.rule("maker", about("shipment.merge", {chips[0], chips[1]},
                                  {{"shipment", "S1"}, {"into", "S2"}})) == "shipment.other_terms");

  Json later = other_way("S1", "S3", "dealer");
  later["accept_by"] = Timestamp{deadline.ms + ms_per_day}.to_string();
  CHECK(world.rule("maker", about("reroute", {chips[0]}, later), {"dealer"}) ==
        "release.accept_by");
  CHECK(world.rule("maker", about("reroute", {chips[0]}, later), {"dealer", "gov"}) == "recorded");
  CHECK(shipment_called(world, "S3").accept_by.ms == deadline.ms + ms_per_day);
  CHECK(world.rule("maker", about("reroute", {chips[1]}, other_way("S1", "S4", "dealer")),
                   {"dealer"}) == "recorded");
  CHECK(shipment_called(world, "S4").accept_by == deadline);

  // What is late already stays so.
  world.clock.advance_ms(12 * ms_per_day);
  world.chips(1);
  CHECK(shipment_called(world, "S4").overdue != registry::no_index);
  CHECK(world.rule("maker", about("reroute", {chips[1]}, other_way("S4", "S5", "northwind")),
                   {"northwind"}) == "recorded");
  CHECK(shipment_called(world, "S5").overdue == shipment_called(world, "S4").overdue);
  const Hash before = must(world.registry().dump_hash());
  must(world.registry().rebuild());
  CHECK(must(world.registry().dump_hash()) == before);
}
