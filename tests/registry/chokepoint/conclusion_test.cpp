// How a check of a shipment ends: by the containers that were drawn and the chips in each of them.

#include "tests/registry/chokepoint/border.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::choke;

TEST_CASE("a check concludes by both draws: cartons that were drawn, and chips in each of them") {
  Border border(20);
  for (int n = 0; n < 20; ++n) border.scan("crate-" + std::to_string(n));
  border.bad = 5;
  const ShipmentCheck first = border.check();
  REQUIRE(first.openings.size() == 9);
  CHECK(first.drawn == 9);
  CHECK(first.shown == 0);

  const auto look_into = [&](const Opening& opening, std::size_t chips) {
    const std::uint64_t carton = std::stoull(opening.container.substr(6));
    for (std::uint64_t n = 0; n < chips; ++n) border.scan(chip_id(carton * 4 + n));
  };
  // Three chips of four are not what the second draw asks for.
  CHECK(first.openings[0].inspect == 4);
  look_into(first.openings[0], 3);
  CHECK(border.check().openings.size() == 9);
  border.scan(chip_id(std::stoull(first.openings[0].container.substr(6)) * 4 + 3));
  const ShipmentCheck second = border.check();
  CHECK(second.openings.size() == 8);
  CHECK(second.shown == 1);
  CHECK(second.sampled_from == 20);
  for (std::size_t i = 1; i < 9; ++i) look_into(first.openings[i], 4);
  const ShipmentCheck last = border.check();
  CHECK(last.decision == Decision::clear);
  CHECK(last.shown == 9);
  CHECK(last.weakest == Level::paper);
  // Another seed is another plan.
  border.seed = "other dice";
  CHECK(border.check().decision == Decision::open);
}

TEST_CASE("within a carton as many chips are looked at as the second draw asks for, and no more") {
  Border border(1);
  border.scan("crate-0", "seal-0", "broken");
  border.within = "0.5";
  REQUIRE(border.check().openings.size() == 1);
  CHECK(border.check().openings[0].inspect == 2);  // one bad chip of four: 2 find with 0.5
  border.scan(chip_id(0));
  CHECK(border.check().decision == Decision::open);
  border.scan(chip_id(3));
  CHECK(border.check().decision == Decision::clear);
  // Where keys are wanted, marks do not conclude.
  CHECK(border.check(Level::identity).decision == Decision::open);
  // What an opened carton holds of another shipment holds the whole.
  border.put("chip:" + chip_id(50), ChipRow{.product = "a1", .shipment = "S9"}.json());
  border.put("shipment:S9", ShipmentRow{.open = {{"a1", 1}}}.json());
  border.scan(chip_id(50));
  CHECK(border.check().decision == Decision::hold);
}
