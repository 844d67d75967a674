// Whom a case is charged to, and what only an authority may leave as it is.

#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

Draft case_of(const std::vector<ChipId>& chips, const std::string& kind, const Json& more,
              const std::string& site = {}) {
  Json body{{"case", "C1"}, {"kind", kind}, {"text", "as the count of today says"}};
  body.update(more);
  return about("discrepancy.open", chips, body, site);
}

Draft held(const ChipId& chip) {
  Draft draft{.kind = "discrepancy.resolve", .body = {{"case", "C1"}, {"text", "agreed"}}};
  draft.chips.push_back({chip, {{"outcome", "held"}}});
  return draft;
}

}  // namespace

TEST_CASE("a case is charged to a party of the shipment or the custodian, or by an authority") {
  World world;
  const auto chips = world.chips(2);
  world.release("maker", "northwind", "S1", chips);
  const auto opened = [&](const std::string& org, const std::string& against) {
    return world.rule(org, case_of(chips, "short", {{"shipment", "S1"}, {"against", against}}));
  };

  CHECK(opened("northwind", "dealer") == "case.not_concerned");
  CHECK(opened("maker", "broker") == "case.not_concerned");
  CHECK(opened("maker", "northwind") == "recorded");
  CHECK(world.state().party_name(world.state().tables().cases[0].against) == "northwind");

  const auto others = world.chips(1);
  const auto damaged = [&](const std::string& org, const std::string& against) {
    return world.rule(org, case_of(others, "damaged", {{"case", "C2"}, {"against", against}}));
  };
  CHECK(damaged("maker", "dealer") == "case.not_concerned");
  CHECK(damaged("gov", "dealer") == "recorded");
}

TEST_CASE("what came over stays with its finder only where an authority agrees") {
  World world;
  const auto chips = world.chips(2);
  const Hash released = world.release("maker", "southwind", "S1", {chips[0]}, {{"exception", "X"}});
  world.accept("southwind", "S1", released, {chips[0]});
  world.record("southwind", case_of({chips[1]}, "over", {{"shipment", "S1"}}, "southwind-site"));

  CHECK(world.rule("southwind", held(chips[1]), {"maker"}) == "case.outcome");
  CHECK(world.rule("southwind", held(chips[1]), {"maker", "gov"}) == "recorded");
  CHECK(world.display(chips[1]) == Display::in_stock);
  CHECK(world.custodian(chips[1]) == "southwind");
}
