// Exports on the command line: what they select, that they are valid, and what they refuse.

#include <array>

#include "ledger/base/file.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// One chip of maker, released to northwind.
struct Shipped {
  Shipped() : world("epcis"), chips(world.chips(2)) {
    world.list_exception("test");
    world.record("maker", {"ship", "release", "--chips", joined(chips), "--shipment", "S1",
                           "--receiver", "northwind", "--destination", "northwind-site",
                           "--purpose", "sale", "--exception", "test"});
  }
  CliWorld world;
  std::vector<std::string> chips;
};

}  // namespace

TEST_CASE("an export is valid, and its ids are the hashes that epcis hash prints") {
  Shipped shipped;
  CliWorld& world = shipped.world;
  const std::string file = world.path("out.jsonld");

  const Json counts = world.json({"epcis", "export", "--out", file});
  CHECK(counts["events"].get<int>() >= 4);
  CHECK(world.json({"epcis", "validate", file})["valid"] == true);

  const Json hashes = world.json({"epcis", "hash", file});
  CHECK(hashes["events"].size() == counts["events"]);
  for (const Json& event : hashes["events"]) CHECK(event["hash"] == event["event_id"]);
}

TEST_CASE("an export without a file prints the document alone") {
  Shipped shipped;

  const Ran ran = shipped.world.run({"epcis", "export", "--shipment", "S1"});

  REQUIRE(ran.code == 0);
  const Json document = must(parse_foreign_json(ran.out));
  CHECK(document["epcisBody"]["eventList"].size() == 1);
  CHECK(document["epcisBody"]["eventList"][0]["bizStep"] == "shipping");
}

TEST_CASE("an export is narrowed by product, site and kind, and is valid then, too") {
  Shipped shipped;
  CliWorld& world = shipped.world;
  const auto events = [&](const std::vector<std::string>& selection) {
    static int number = 0;
    const std::string file = world.path("selected-" + std::to_string(++number) + ".jsonld");
    const Json counts =
        world.json(std::vector<std::string>{"epcis", "export", "--out", file} + selection);
    CHECK(world.json({"epcis", "validate", file})["valid"] == true);
    return counts["events"].get<int>();
  };

  CHECK(events({"--kind", "release"}) == 1);
  CHECK(events({"--kind", "release", "--kind", "chip.package"}) == 2);
  CHECK(events({"--product", "a1", "--site", "northwind-site"}) == 1);
  CHECK(events({"--product", "a1", "--site", "port"}) == 0);
}

TEST_CASE("an export never replaces a file, and a dry run writes none") {
  Shipped shipped;
  CliWorld& world = shipped.world;
  const std::string file = world.write("there.jsonld", "mine");

  CHECK(world.run({"epcis", "export", "--out", file}).code == 3);
  CHECK(must(read_text_file(file)) == "mine");
  CHECK(world.run({"--dry-run", "epcis", "export", "--out", world.path("not.jsonld")}).code == 0);
  CHECK_FALSE(std::filesystem::exists(world.path("not.jsonld")));
}

TEST_CASE("what an export asks for in vain is said") {
  Shipped shipped;
  CliWorld& world = shipped.world;

  CHECK(world.run({"epcis", "export", "--shipment", "S9"}).err.find("shipment S9: not known") !=
        std::string::npos);
  CHECK(world.run({"epcis", "export", "--window", "tomorrow"}).code == 2);
  for (const auto& [option, value, message] : std::vector<std::array<std::string, 3>>{
           {"--container", "box", "container box: not known"},
           {"--product", "b2", "product b2: not registered"},
           {"--site", "nowhere", "site nowhere: not registered"},
           {"--kind", "shipping", "kind \"shipping\": no such kind of event"}}) {
    const Ran ran = world.run({"epcis", "export", option, value});
    CHECK(ran.code == 2);
    CHECK(ran.err.find(message) != std::string::npos);
    CHECK(ran.out.empty());
  }
  CHECK(world.run({"epcis", "export", "--window", "2026-02-01..2026-01-01"}).code == 2);
  CHECK(world.run({"epcis", "export", "--chip", "XYZ"}).code == 2);
}

TEST_CASE("epcis validate judges by a schema that the user brings as well") {
  Shipped shipped;
  CliWorld& world = shipped.world;
  const std::string document = world.path("out.jsonld");
  world.json({"epcis", "export", "--out", document});
  const std::string schema =
      world.write("schema.json", R"({"properties":{"creationDate":{"const":"never"}}})");

  const Json result = world.json({"epcis", "validate", document, "--schema", schema}, 1);

  REQUIRE(result["faults"].size() == 1);
  CHECK(result["faults"][0]["pointer"] == "/creationDate");
  CHECK(world.run({"epcis", "validate", document, "--schema", world.write("s.json", "[]")}).code ==
        2);
}
