// Goods between a party's own sites.

#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using registry::Display;

TEST_CASE("loose goods go between a party's own sites by a release to itself, and are never gone") {
  World world;
  const auto chips = world.chips(3);
  world.record(
      "maker",
      {.kind = "site.register",
       .body = {
           {"site", "maker-annex"}, {"name", "Annex"}, {"country", "US"}, {"kind", "warehouse"}}});
  const auto move = [](const std::string& to, const std::string& purpose = "move") {
    return Json{{"destination", to}, {"purpose", purpose}};
  };
  const auto refused = [&](const Json& how) {
    Json body{{"shipment", "M0"}, {"receiver", "maker"}};
    body.update(how);
    return world.rule("maker", about("release", chips, body));
  };
  CHECK(refused(move("maker-annex", "sale")) == "release.to_self");
  CHECK(refused(move("maker-site")) == "release.to_self");
  CHECK(refused(move("dealer-site")) == "site.not_receivers");
  const Hash moved = world.release("maker", "maker", "M1", chips, move("maker-annex"));
  const auto arrived = [&](const std::vector<ChipId>& some, const std::string& site) {
    return about("accept", some,
                 {{"shipment", "M1"}, {"release", moved.to_hex()}, {"method", "opened"}}, site);
  };
  world.record("maker",
               about("leg.handover", chips,
                     {{"shipment", "M1"}, {"taker", "dealer"}, {"place", "the ramp"}}),
               {"dealer"});
  CHECK(world.custodian(chips[0]) == "maker");
  world.record("maker", arrived({chips[0], chips[1]}, "maker-annex"));
  const auto site_of = [&](const ChipId& chip) {
    return world.state().tables().sites[world.chip(chip).site].id;
  };
  CHECK(site_of(chips[0]) == "maker-annex");
  CHECK(world.custodian(chips[0]) == "maker");
  CHECK(world.display(chips[0]) == Display::in_stock);
  // One that is not wanted at the annex goes back, as from anybody else.
  world.record("maker",
               about("refuse", {chips[2]}, {{"shipment", "M1"}, {"cause", "wet"}}, "maker-annex"));
  world.record("maker", arrived({chips[2]}, "maker-site"));
  CHECK(site_of(chips[2]) == "maker-site");
  const auto& shipment = world.state().tables().shipments[0];
  CHECK(shipment.accepted == 2);
  CHECK(shipment.returned == 1);
  CHECK(shipment.open() == 0);
  CHECK(world.state().tables().ratio_bases.size() == 0);

  // Across a border it wants what any release does.
  world.record(
      "maker",
      {.kind = "site.register",
       .body = {
           {"site", "maker-sg"}, {"name", "Singapore"}, {"country", "SG"}, {"kind", "warehouse"}}});
  CHECK(refused(move("maker-sg")) == "border.no_licence");
}
