// The clock of a hold, and what time it is in the past.

#include <sstream>

#include "cli/app.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

TEST_CASE("a hold past the time that it names is overdue, and leads to its entry") {
  CliWorld world("cli-hold-clock");
  const auto chips = world.chips(1);
  const std::string hold =
      world.record("gov", {"choke", "hold", "--chips", chips[0], "--hold", "H1", "--basis", "law",
                           "--until", "2026-01-20T00:00:00.000Z"});
  CHECK(world.json({"balance", "overdue", "gov"})["clocks"].empty());
  world.set_now("2026-02-01");

  const Json late = world.json({"balance", "overdue", "gov"}, 1)["clocks"];

  REQUIRE(late.size() == 1);
  CHECK(late[0]["what"] == "hold");
  CHECK(late[0]["id"] == "H1");
  CHECK(late[0]["want"] == "clearance or seizure of 1 chip");
  CHECK(late[0]["due"] == "2026-01-20T00:00:00.000Z");
  CHECK(late[0]["statement"] == hold);
}

TEST_CASE("a hold is prolonged by saying it anew under its own id") {
  CliWorld world("cli-hold-anew");
  const auto chips = world.chips(1);
  const std::string hold =
      world.record("gov", {"choke", "hold", "--chips", chips[0], "--hold", "H1", "--basis", "law",
                           "--until", "2026-01-20T00:00:00.000Z"});
  world.record("gov", {"statement", "replace", hold, "--set", "until=\"2026-03-01T00:00:00.000Z\"",
                       "--reason", "prolonged by order 8"});
  world.set_now("2026-02-01");
  CHECK(world.json({"balance", "overdue", "gov"})["clocks"].empty());
  world.set_now("2026-03-02");
  CHECK(world.json({"balance", "overdue", "gov"}, 1)["clocks"][0]["id"] == "H1");
  CHECK(world.json({"chip", "show", chips[0]})["holds"].size() == 1);
  // Lifted under the same id, and then free for no other.
  world.record("gov",
               {"choke", "clear", "--holds", "H1", "--chips", chips[0], "--depart", "false"});
  CHECK(world.code("gov",
                   {"choke", "hold", "--chips", chips[0], "--hold", "H1", "--basis", "law"}) == 1);
}

TEST_CASE("the past has the clock of its last entry, unless another is named") {
  CliWorld world("cli-past-clock");
  const auto chips = world.chips(1);
  world.record("gov", {"choke", "hold", "--chips", chips[0], "--hold", "H1", "--basis", "law",
                       "--until", "2026-01-20T00:00:00.000Z"});
  const std::string then = std::to_string(std::stoi(world.head()) - 1);
  crypto::SeededRandom random("past");
  const auto overdue = [&](const std::vector<std::string>& more) {
    std::ostringstream out;
    std::ostringstream err;
    const std::vector<std::string> asked{
        "balance", "overdue", "gov", "--registry", world.path("registry"), "--json"};
    CHECK(cli::run(asked + more, out, err, random) != 2);
    return must(parse_foreign_json(out.str()))["clocks"].size();
  };

  CHECK(overdue({}) == 1);  // by the machine's clock, long after
  CHECK(overdue({"--as-of", then}) == 0);
  CHECK(overdue({"--as-of", then, "--now", "2026-02-01"}) == 1);
}
