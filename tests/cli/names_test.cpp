// Chips by the names that stand on them: found in the registry, at an earlier entry, and in what an
// officer carries.

#include <fstream>

#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// Two ids of a block; the first is packaged as serial SN-1 with a GS1 key.
struct NamedWorld {
  NamedWorld() : world("names") {
    world.record("maker", {"chip", "reserve", "--block", "70", "--count", "2", "--product", "a1",
                           "--packager", "maker"});
    const std::string ids = world.path("ids.csv");
    world.json({"chip", "ids", "--block", "70", "--count", "2", "--out", ids});
    std::ifstream in(ids);
    for (std::string line; std::getline(in, line);) {
      if (line != "chip") chips.push_back(line);
    }
    before = world.json({"ledger", "head"})["size"];
    const std::string table =
        world.write("package.csv", "chip,serial,gs1\n" + chips[0] +
                                       ",SN-1,urn:epc:id:sgtin:" + "4012345.011111.9876\n");
    world.record("maker", {"chip", "package", "--product", "a1", "--at", "maker-site", "--chips",
                           "@" + table});
  }
  Json find(const std::string& name, int code = 0, const std::vector<std::string>& more = {}) {
    return world.json(std::vector<std::string>{"chip", "find", name} + more, code);
  }

  CliWorld world;
  std::vector<std::string> chips;
  std::uint64_t before = 0;
};

}  // namespace

TEST_CASE(
    "chip find answers every name, says who gave it, and never calls known what is not here") {
  NamedWorld named;
  for (const char* name :
       {"SN-1", "serial:SN-1", "urn:epc:id:sgtin:4012345.011111.9876",
        "https://shop.example/01/04012345111118/21/9876", "(01)04012345111118(21)9876"}) {
    CAPTURE(name);
    const Json found = named.find(name);
    REQUIRE(found["chips"].size() == 1);
    CHECK(found["chips"][0]["chip"] == named.chips[0]);
    CHECK(found["chips"][0]["said_by"] == "maker");
    CHECK(found["chips"][0]["index"] == named.before);
  }
  CHECK(named.find("SN-1", 1, {"--maker", "northwind"})["chips"].empty());
  // Reserved and never made; named by a list and never registered.
  const Json reserved = named.find(named.chips[1], 1);
  CHECK(reserved["chips"].empty());
  CHECK(reserved["known_only"].get<std::string>().find("no chip of that id is registered") !=
        std::string::npos);
  const std::string list = named.world.write(
      "list.csv", "uri,space,id\nurn:maker:serial:77,chip," + named.chips[1] + "\n");
  const Json listed = named.find("urn:maker:serial:77", 1, {"--aliases", list});
  CHECK(listed["chips"].empty());
  CHECK(listed["known_only"].get<std::string>().find("which is not registered") !=
        std::string::npos);
  CHECK(named.find("SN-77", 1)["known_only"].is_null());

  const Json shown = named.world.json({"chip", "show", "SN-1"});
  CHECK(shown["chip"] == named.chips[0]);
  REQUIRE(shown["names"].size() == 2);
  CHECK(shown["names"][0]["name"] == "https://id.gs1.org/01/04012345111118/21/9876");
  CHECK(shown["names"][1]["name"] == "SN-1");
  CHECK(named.world.run({"chip", "show", "SN-77"}).code == 2);
  const Json history = named.world.json({"chip", "history", "(01)04012345111118(21)9876"});
  CHECK(history["chip"] == named.chips[0]);
  CHECK(history["changes"].size() == 1);
  CHECK(named.world.run({"chip", "history", "SN-77"}).code == 2);
  CHECK(named.world.run({"epcis", "export", "--chip", "SN-1"}).out.find(named.chips[0]) !=
        std::string::npos);
  // At an earlier entry nobody bore the name.
  const std::string past = std::to_string(named.before - 1);
  CHECK(named.world.run({"--as-of", past, "chip", "find", "SN-1"}).code == 1);
  CHECK(named.world.run({"chip", "find", ""}).code == 2);
  CHECK(named.world.run({"chip", "find", "SN\x01"}).code == 2);
}

TEST_CASE("a serial is refused twice, and an extract tells keys apart without the registry") {
  NamedWorld named;
  CliWorld& world = named.world;
  const std::string twice = world.write("twice.csv", "chip,serial\n" + named.chips[1] + ",SN-1\n");
  CHECK(world.code("maker", {"chip", "package", "--product", "a1", "--at", "maker-site", "--chips",
                             "@" + twice}) == 1);

  const std::string file = world.path("border.extract");
  const Json made = world.json({"choke", "extract", "--out", file});
  const auto keys = [&](const std::string& key, const std::vector<std::string>& more = {}) {
    return world.run_alone(std::vector<std::string>{"--json", "choke", "keys", key, "--extract",
                                                    file, "--key",
                                                    made["verifier_key"].get<std::string>()} +
                           more);
  };
  const std::string maker = world.json({"key", "show", world.key("maker")})["key_id"];
  const Ran valid = keys(maker);
  CHECK(valid.code == 0);
  CHECK(must(parse_foreign_json(valid.out))["holder"] == "maker");
  CHECK(keys(std::string(32, 'a')).code == 1);
  world.set_now("2026-03-01");
  const Ran old = keys(maker, {"--max-age", "7"});
  CHECK(old.code == 4);
  CHECK(must(parse_foreign_json(old.out))["standing"] == "too-old");
}

TEST_CASE("statements, challenges and proofs take chips by any of their names") {
  NamedWorld named;
  CliWorld& world = named.world;
  const std::string key(64, 'd');
  const std::string table = world.write("enrol.csv", "chip,key\nSN-1," + key + "\n");
  world.record("maker", {"chip", "enrol", "--chips", "@" + table});
  world.record("maker", {"chip", "test", "--chips",
                         "@" + world.write("test.ndjson",
                                           "{\"chip\":\"(01)04012345111118(21)9876\","
                                           "\"pass\":true}\n")});
  const Json challenge = world.json({"chip", "challenge", "--chips", key});
  CHECK(challenge["challenges"][0]["chip"] == named.chips[0]);
  world.record("maker", {"chip", "retire", "--cause", "worn", "--chips", "serial:SN-1"});
  CHECK(world.json({"chip", "show", "SN-1"})["display"] == "retired");

  const auto refused = [&](const std::string& chips) {
    const Ran ran = world.run({"chip", "challenge", "--chips", chips});
    CHECK(ran.code == 2);
    return ran.err;
  };
  CHECK(refused("SN-77").find("--chips: chip SN-77: no chip has this id or bears this name") !=
        std::string::npos);
  CHECK(
      refused("SN-1," + named.chips[0]).find("is named twice, as SN-1 and as " + named.chips[0]) !=
      std::string::npos);
  const std::string lines = world.write("lines.csv", "chip\nSN-1\nSN-78\n");
  CHECK(refused("@" + lines).find("lines.csv line 3: chip SN-78") != std::string::npos);

  // Two chips that bear one mark.
  world.record("gov", {"chip", "reserve", "--block", "71", "--count", "2", "--product", "a1",
                       "--packager", "gov"});
  const std::string ids = world.path("found.csv");
  world.json({"chip", "ids", "--block", "71", "--count", "2", "--out", ids});
  std::ifstream in(ids);
  std::string marked = "chip,marks\n";
  for (std::string line; std::getline(in, line);) {
    if (line != "chip") marked += line + ",LOT-5\n";
  }
  world.record("gov",
               {"choke", "register", "--product", "a1", "--provenance", "unknown", "--presenter",
                "northwind", "--at", "port", "--chips", "@" + world.write("marked.csv", marked)});
  CHECK(refused("LOT-5").find("2 chips bear this name: ") != std::string::npos);
}

TEST_CASE("ids are made of a block that is reserved, and within it") {
  CliWorld world("cli-ids");
  world.record("maker", {"chip", "reserve", "--block", "70", "--count", "200", "--product", "a1",
                         "--packager", "maker"});
  const auto told = [&](const std::vector<std::string>& more) {
    const Ran ran = world.run(std::vector<std::string>{"chip", "ids"} + more);
    return std::to_string(ran.code) + " " + ran.err;
  };

  CHECK(world.json({"chip", "ids", "--block", "70", "--count", "200"})["checked"] == true);
  CHECK(told({"--block", "99"}).starts_with("2 muster: chip ids: block 99: not reserved"));
  CHECK(told({"--block", "70", "--count", "500"})
            .starts_with("2 muster: chip ids: block 70: got ordinals 0 to 499, want below 200"));
  CHECK(told({"--block", "70", "--first", "199", "--count", "2"}).starts_with("2 "));
  // Where there is no registry nothing can be looked up, and that is said.
  const Ran alone = world.run_alone({"chip", "ids", "--block", "99", "--json"});
  CHECK(alone.code == 0);
  CHECK(must(parse_json(alone.out))["checked"] == false);
  CHECK(alone.err.find("no registry was named") != std::string::npos);
}
