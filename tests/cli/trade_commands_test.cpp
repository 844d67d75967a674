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

TEST_CASE("a product is explained by its figures, its class and the day from which that holds") {
  CliWorld world("cli-product");
  world.record("maker", {"product", "register", "--product", "own-1", "--name", "Own Design",
                         "--tpp", "2000", "--die-area-mm2", "300", "--eccn", "3A090.b"});
  const Json shown = world.json({"product", "show", "own-1", "--on", "2026-11-28"});
  CHECK(shown["model"].is_null());
  CHECK(shown["control"]["class"] == "3A090.a.2");
  CHECK(shown["control"]["performance_density"] == "6.666666");
  CHECK(shown["control"]["from"] == "2023-11-17");
  CHECK(shown["control"]["checks"][0]["source"].get<std::string>().find("88 FR") !=
        std::string::npos);
  CHECK(shown["remarks"] == Json{"declared 3A090.b, by formula 3A090.a.2"});
  const Json before = world.json({"product", "show", "own-1", "--on", "2022-12-01"});
  CHECK(before["control"]["class"] == "unknown (before the list)");
  CHECK(before["control"]["law_known"] == false);
  CHECK(before["remarks"].empty());
  CHECK(world.run({"product", "show", "own-1", "--on", "2022-12-01"})
            .out.find("does not know the law of 2022-12-01") != std::string::npos);

  world.record("maker", {"product", "register", "--product", "h100", "--name", "H100", "--tpp",
                         "15000", "--model", "h100-sxm5-80gb"});
  const Json linked = world.json({"product", "show", "h100"});
  CHECK(linked["control"]["class"] == "3A090.a.1");
  CHECK(linked["remarks"] == Json{"registered TPP 15000, by the catalogue 15832"});
  const Ran text = world.run({"product", "show", "h100"});
  CHECK(text.out.find("15832 = 1979 x 8 bits") != std::string::npos);
  CHECK(text.out.find("/ 814 mm2") != std::string::npos);
}

TEST_CASE("what designers say of products is held to the catalogue, and what is missing counted") {
  CliWorld world("cli-product-check");
  const std::vector<std::string> check{"product", "check", "--on", "2026-11-28"};
  const auto add = [&](const std::string& product, const std::vector<std::string>& more) {
    world.record("maker", std::vector<std::string>{"product", "register", "--product", product,
                                                   "--name", "A product"} +
                              more);
  };
  // a1 is a design of its own: nobody can say.
  CHECK(world.json(check, 4)["products"][0]["standing"] == "not judged");
  add("honest", {"--tpp", "15832", "--model", "h100-sxm5-80gb"});
  CHECK(world.json(check, 4)["products"][1]["standing"] == "agrees");
  add("small", {"--tpp", "1500", "--model", "h100-sxm5-80gb"});
  add("h100-sxm5-80gb", {"--tpp", "15832", "--die-area-mm2", "9000"});
  add("large", {"--tpp", "99999", "--model", "h100-sxm5-80gb"});
  add("other", {"--tpp", "99999", "--model", "no-such-model"});
  world.record("maker", {"chip", "reserve", "--block", "70", "--count", "2", "--product", "small",
                         "--packager", "maker"});
  const std::string ids = world.path("ids.csv");
  world.json({"chip", "ids", "--block", "70", "--count", "2", "--out", ids});
  world.record("maker", {"chip", "package", "--product", "small", "--at", "maker-site", "--chips",
                         "@" + ids});

  const Json judged = world.json(check, 1);
  CHECK(judged["missing_tpp"] == 2 * (15832 - 1500));
  const Json& small = judged["products"][2];
  CHECK(small["standing"] == "understated");
  CHECK(small["registered_class"] == "none");
  CHECK(small["catalogue_class"] == "3A090.a.1");
  CHECK(small["chips"] == 2);
  CHECK(small["remarks"] == Json{"registered TPP 1500, by the catalogue 15832"});
  CHECK(judged["products"][3]["standing"] == "understated");  // by its density, and by its name
  CHECK(judged["products"][4]["standing"] == "overstated");
  CHECK(judged["products"][5]["standing"] == "not judged");
  const Ran text = world.run(check);
  CHECK(text.code == 1);
  CHECK(text.out.find("count 28,664 TPP less than by the catalogue") != std::string::npos);
  // Shown, it is judged by the greater figures.
  const Json shown = world.json({"product", "show", "small", "--on", "2026-11-28"});
  CHECK(shown["standing"] == "understated");
  CHECK(shown["control"]["class"] == "3A090.a.1");
  CHECK(world.run({"product", "check", "--rules", "nowhere"}).code == 2);
}

TEST_CASE("goods go from hand to hand, are split, looked at and seized by commands") {
  CliWorld world("cli-transit");
  const auto chips = world.chips(3);
  world.record("gov", {"licence", "grant", "--licence", "L1", "--licensee", "maker", "--consignees",
                       "northwind", "--countries", "SG", "--products", "a1", "--max-units", "9",
                       "--window", "2026-01-01..2027-01-01"});
  world.record("maker", {"ship", "release", "--shipment", "S1", "--receiver", "northwind",
                         "--destination", "northwind-site", "--purpose", "sale", "--licence", "L1",
                         "--accept-by", "2026-01-06", "--chips", joined(chips)});
  world.record("maker", {"ship", "hand-over", "--shipment", "S1", "--taker", "witness", "--place",
                         "ramp 4", "--sign", world.key("witness"), "--chips", joined(chips)});
  world.record("maker", {"ship", "split", "--shipment", "S1", "--into", "S2", "--sign",
                         world.key("witness"), "--chips", chips[2]});
  const Json status = world.json({"ship", "status", "S1"});
  CHECK(status["open"] == 2);
  CHECK(status["moved"] == 1);
  CHECK(status["legs"][0]["taker"] == "witness");
  CHECK(world.json({"ship", "status", "S2"})["joined"] == 1);

  world.record("gov", {"choke", "check-in", "--shipment", "S1", "--declared-count", "2", "--at",
                       "port", "--chips", chips[0]});
  world.record("gov", {"choke", "inspect", "--inspection", "I1", "--method", "scan", "--level",
                       "mark", "--result", "conformant", "--at", "port", "--chips", chips[0]});
  const Json scans = world.json({"chip", "history", chips[0]})["observations"];
  REQUIRE(scans.size() == 1);
  CHECK(scans[0]["says"] == "conformant, mark");
  CHECK(scans[0]["event_site"] == "port");
  CHECK(scans[0]["transport"] == "at chokepoint");
  CHECK(world.json({"chip", "history", chips[1]})["observations"].empty());
  const std::vector<std::string> seize{"choke",   "seize", "--seizure", "Z1",
                                       "--basis", "b",     "--goods",   "yes",
                                       "--at",    "port",  "--chips",   chips[0]};
  CHECK(world.code("gov", seize) == 2);
  world.record("gov", seize + std::vector<std::string>{"--yes"});
  CHECK(world.json({"chip", "show", chips[0]})["display"] == "seized");

  world.set_now("2026-01-07");
  world.chips(1);
  CHECK_FALSE(world.json({"ship", "status", "S1"})["overdue_since"].is_null());
}

TEST_CASE("returns, leases and title by commands") {
  CliWorld world("cli-repair");
  const auto chips = world.chips(3);
  world.record("maker", {"rma", "open", "--rma", "M1", "--vendor", "witness", "--fault", "f",
                         "--sign", world.key("witness"), "--chips", chips[0]});
  const Json shown = world.json({"rma", "show", "M1"});
  CHECK(shown["vendor"] == "witness");
  CHECK(shown["chips"][0]["outcome"].is_null());
  CHECK(world.json({"rma", "list"})["returns"].size() == 1);

  world.record("maker", {"lease", "start", "--lease", "R1", "--lessee", "northwind", "--country",
                         "SG", "--window", "2026-01-01..2027-01-01", "--sign",
                         world.key("northwind"), "--chips", chips[1]});
  CHECK(world.json({"lease", "show", "R1"})["open"] == 1);
  CHECK(world.json({"chip", "show", chips[1]})["lessee"] == "northwind");
  world.record("northwind", {"lease", "end", "--lease", "R1", "--chips", chips[1]});
  CHECK(world.json({"lease", "list"})["leases"][0]["chips"][0]["exit_read"] == false);

  world.record("maker",
               {"title", "transfer", "--buyer", "northwind", "--contract", std::string(64, 'c'),
                "--sign", world.key("northwind"), "--chips", chips[2]});
  CHECK(world.json({"chip", "show", chips[2]})["owner"] == "northwind");
}

TEST_CASE("whom to screen tonight: custodians and parties of open releases without a fresh pass") {
  CliWorld world("cli-screen");
  world.chips(1);
  CHECK(world.json({"screen", "due"})["due"].empty());
  world.set_now("2026-03-01");
  const Json due = world.json({"screen", "due"}, 1);
  REQUIRE(due["due"].size() == 1);
  CHECK(due["due"][0]["party"] == "maker");
  CHECK(due["days"] == 30);
  CHECK(world.json({"screen", "list"})["screenings"].size() == 5);
  CHECK(world.json({"eus", "list"})["uses"].size() == 5);
}

TEST_CASE("devices are challenged, and an answer that none of them signed is refused") {
  CliWorld world("cli-challenge");
  const auto chips = world.chips(2);
  const Json asked = world.json({"chip", "challenge", "--chips", joined(chips)});
  REQUIRE(asked["challenges"].size() == 2);
  CHECK(asked["challenges"][0]["message"].get<std::string>().starts_with("6d7573746572"));
  CHECK(world.json({"chip", "challenge", "--chips", chips[0]})["nonce"] != asked["nonce"]);
  const std::string answers = world.write(
      "answers.csv", "chip,key,signature\n" + chips[0] + "," + std::string(64, '0') + ",00ff\n");
  const Ran ran =
      world.run({"chip", "attest", "--as", "maker", "--sign", world.key("maker"), "--nonce",
                 asked["nonce"], "--after", asked["after"], "--chips", "@" + answers});
  CHECK(ran.code == 1);
  CHECK(ran.err.find("attest.signature") != std::string::npos);
  CHECK(
      world.run({"chip", "challenge", "--chips", chips[0], "--after", std::string(64, 'a')}).code ==
      2);
}

TEST_CASE("a checkpoint of another log is written down, and not twice a day") {
  CliWorld world("cli-anchor");
  const std::string digest(64, 'a');
  const std::vector<std::string> anchor{
      "registry",     "anchor", "--log",  "other.example/registry",
      "--checkpoint", digest,   "--root", digest};
  const std::vector<std::string> seven{"--size", "7"};
  const std::vector<std::string> six{"--size", "6"};
  CHECK(world.code("northwind", anchor + seven) == 1);
  world.record("registrar", anchor + seven);

  CHECK(world.code("registrar", anchor + seven) == 1);
  CHECK(world.code("registrar", anchor + six) == 1);
  CHECK(world.code("registrar", anchor) == 2);
  const Ran dump = world.run({"registry", "dump"});
  CHECK(dump.out.find("other.example/registry") != std::string::npos);
  CHECK(world.run({"registry", "check"}).code == 0);
}
