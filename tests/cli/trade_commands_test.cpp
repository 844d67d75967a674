// Licences, shipments and what crosses borders, by the command line alone.

#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

TEST_CASE("a licence shows what is drawn on every cap, and how it stands") {
  CliWorld world("cli-caps");
  const auto chips = world.chips(3);
  const std::string caps =
      world.write("caps.json",
                  Json({{{"cap", "sg"}, {"country", "SG"}, {"period", "quarter"}, {"max_units", 2}},
                        {{"cap", "half"},
                         {"country", "SG"},
                         {"of_country", "US"},
                         {"percent", 50},
                         {"measure", "units"}}})
                      .dump());
  world.record("gov", {"licence", "grant", "--licence", "L1", "--licensee", "maker", "--consignees",
                       "northwind", "--countries", "SG", "--products", "a1", "--max-units", "9",
                       "--caps", "@" + caps, "--window", "2026-01-01..2027-01-01"});
  const std::vector<std::string> release{
      "ship",          "release",        "--shipment", "S1",   "--receiver", "northwind",
      "--destination", "northwind-site", "--purpose",  "sale", "--licence",  "L1",
      "--chips",       chips[0]};
  const Ran refused =
      world.run(release + std::vector<std::string>{"--as", "maker", "--sign", world.key("maker")});
  CHECK(refused.code == 1);
  CHECK(refused.err.find("licence.cap_ratio") != std::string::npos);
  world.record("gov",
               {"licence", "amend", "--licence", "L1", "--reason", "r", "--end-caps", "half"});
  world.record("maker", release);

  const Json shown = world.json({"licence", "show", "L1"});
  CHECK(shown["status"] == "in force");
  CHECK(shown["end_users"] == Json{"northwind"});
  CHECK(shown["caps"][0]["units"] == 1);
  CHECK(shown["caps"][0]["max_units"] == 2);
  CHECK(shown["caps"][0]["period"] == "2026-Q1");
  CHECK(shown["caps"][1]["ended"] == true);
  CHECK(world.run({"licence", "show", "L1"}).out.find("1 of 2 units") != std::string::npos);

  world.record("gov", {"licence", "suspend", "--licence", "L1", "--reason", "r"});
  CHECK(world.json({"licence", "show", "L1"})["status"] == "suspended");
  world.record("gov", {"licence", "resume", "--licence", "L1", "--reason", "r"});
  const std::vector<std::string> revoke{"licence", "revoke", "--licence", "L1", "--reason", "r"};
  CHECK(world.code("gov", revoke) == 2);
  world.record("gov", revoke + std::vector<std::string>{"--yes"});
  CHECK(world.json({"licence", "list"})["licences"][0]["status"] == "revoked");
}
