#include "ledger/base/file.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// One chip of maker, released to northwind.
struct Shipped {
  Shipped() : world("epcis"), chips(world.chips(2)) {
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
  CHECK(world.run({"epcis", "export", "--chip", "XYZ"}).code == 2);
}

TEST_CASE("epcis validate points at each fault") {
  CliWorld world("epcis-validate");
  const std::string file = world.write("bad.json", R"({"@context":[],"type":"EPCISDocument",
    "schemaVersion":"2.0","creationDate":"2026-11-28T00:00:00Z","epcisBody":{"eventList":[
    {"type":"ObjectEvent","action":"SEE","eventTime":"2026-11-28T00:00:00Z",
     "eventTimeZoneOffset":"+00:00","epcList":["x"]}]}})");

  const Json result = world.json({"epcis", "validate", file}, 1);

  CHECK(result["valid"] == false);
  CHECK(result["faults"][0]["pointer"] == "/epcisBody/eventList/0/action");
  CHECK(result["faults"][1]["pointer"] == "/epcisBody/eventList/0/epcList/0");
  CHECK(world.run({"epcis", "hash", file}).code == 2);
  CHECK(world.run({"epcis", "validate", world.write("no.json", "{")}).code == 2);
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
