// A plan that its Verifier gives up clears nobody, whatever its lines say.

#include "tests/cli/line_answers.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// Opens every site of P1 and records each line, the first `hits` of them as contradicted.
void open_and_answer(AuditWorld& world, std::size_t hits) {
  world.hold_ceremony();
  world.json(world.draw());
  world.json(world.open());
  record_lines(world, "challenges", hits);
}

void abandon(AuditWorld& world) {
  world.json(Words{"plan", "abandon", "--plan", "P1", "--reason", "the window was wrong"} +
             world.by("inspectorate"));
}

}  // namespace

TEST_CASE("an abandoned plan with nothing but consistent lines is not concluded") {
  AuditWorld world("abandoned");
  open_and_answer(world, 0);
  const Json before = world.json({"plan", "evaluate", "P1"});
  CHECK(before["verdict"] == "no-sign-of");
  CHECK(before["abandoned"] == false);
  CHECK(world.json(world.verify())["abandoned"] == false);
  CHECK(world.json({"kit", "status", "P1"})["abandoned"] == false);

  abandon(world);
  const Json after = world.json({"plan", "evaluate", "P1"}, 4);
  CHECK(after["verdict"] == "not-concluded");
  CHECK(after["abandoned"] == true);
  CHECK(after["recognised_violating_at_most"].is_null());
  CHECK(after["sentence"].get<std::string>().find("NO SIGN") == std::string::npos);
  CHECK(world.run({"plan", "evaluate", "P1"}).out.find("ABANDONED") != std::string::npos);
  const Json verified = world.json(world.verify(), 4);
  CHECK(verified["abandoned"] == true);
  CHECK(verified["failed"] == false);
  const Json status = world.json({"kit", "status", "P1"}, 4);
  CHECK(status["abandoned"] == true);
  CHECK(status["verdict"] == "not-concluded");
  const Json audited = world.json(Words{"audit", "P1"} + world.frame_key(), 4);
  CHECK(audited["abandoned"] == true);
  CHECK(audited["evaluation"]["verdict"] == "not-concluded");
}

TEST_CASE("a hit stays a finding when its plan is abandoned") {
  AuditWorld world("abandoned-hit");
  open_and_answer(world, 1);
  CHECK(world.json({"plan", "evaluate", "P1"}, 1)["verdict"] == "finding");

  abandon(world);
  const Json after = world.json({"plan", "evaluate", "P1"}, 1);
  CHECK(after["verdict"] == "finding");
  CHECK(after["abandoned"] == true);
}
