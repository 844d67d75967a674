// Imported EPCIS documents as evidence, and what is signed of them.

#include "ledger/base/file.hpp"
#include "ledger/sql/database.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/cli/disposed.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

TEST_CASE("what imported documents say of a chip stands in its history until a party signs it") {
  Disposed disposed;
  CliWorld& world = disposed.world;
  const Json before = world.json({"chip", "history", disposed.chip});
  CHECK(before["unsigned_evidence"].empty());
  const std::string folder = world.path("in");
  world.json(disposed.import(disposed.file) + std::vector<std::string>{"--out", folder});

  const Json told = world.json({"chip", "history", disposed.chip});

  CHECK(told["changes"] == before["changes"]);
  CHECK(told["observations"] == before["observations"]);
  REQUIRE(told["unsigned_evidence"].size() == 1);  // the other event names another part
  const Json& evidence = told["unsigned_evidence"][0];
  CHECK(evidence["unsigned"] == true);
  CHECK(evidence["number"] == 1);
  CHECK(evidence["event_id"] == "urn:uuid:12345678-1234-4234-8234-123456789012");
  CHECK(evidence["pointer"] == "/epcisBody/eventList/0");
  CHECK(evidence["biz_step"] == "collecting");
  CHECK(evidence["kind"] == "retire");
  CHECK(evidence["index"].is_null());  // nobody handed the document in
  CHECK(world.json({"chip", "show", disposed.chip})["life"] == "passed");
  const Ran text = world.run({"chip", "history", disposed.chip});
  CHECK(text.out.find("Unsigned evidence") != std::string::npos);
  CHECK(
      world.json({"chip", "history", disposed.chip, "--moves-only"})["unsigned_evidence"].empty());

  world.json(
      {"epcis", "sign", folder + "/drafts.ndjson", "--as", "maker", "--sign", world.key("maker")});
  const Json after = world.json({"chip", "history", disposed.chip});
  CHECK(after["unsigned_evidence"].empty());
  CHECK(after["changes"].back()["kind"] == "retire");
}

TEST_CASE("evidence that somebody changed in the file is no evidence, and is named") {
  Disposed disposed;
  CliWorld& world = disposed.world;
  world.json(disposed.import(disposed.file) + std::vector<std::string>{"--out", world.path("in")});
  for (const std::string json : {"{\"type\"", "[]", "{\"errorDeclaration\": 1}"}) {
    CAPTURE(json);
    {
      auto file = must(sql::Database::open(
          world.path("registry/epcis.db"),
          {.what = "EPCIS captures", .application_id = 0x4D737445, .version = 3, .script = ""}));
      must(file.run("drop trigger if exists event_changes_its_statement_only"));
      must(file.run("update event set json = '" + json + "'"));
    }

    const Ran ran = world.run({"chip", "history", disposed.chip});

    CHECK(ran.code != 0);
    CHECK(ran.err.find("epcis.db: event 1 is none that an import keeps") != std::string::npos);
  }
}

TEST_CASE("the past knows no evidence that came later, and takes none") {
  Disposed disposed;
  CliWorld& world = disposed.world;
  const std::string last = std::to_string(std::stoull(world.head()) - 1);
  CHECK(
      world.run(disposed.import(disposed.file) + std::vector<std::string>{"--as-of", last}).code ==
      2);
  world.json(disposed.import(disposed.file));

  const std::vector<std::string> history{"chip", "history", disposed.chip};

  CHECK(world.json(history)["unsigned_evidence"].size() == 1);
  const Json then = world.json(history + std::vector<std::string>{"--as-of", last});
  CHECK(then["unsigned_evidence"].empty());
}

TEST_CASE("an event that quotes its own hash as its id is the same event") {
  Disposed disposed;
  CliWorld& world = disposed.world;
  Json document = disposal();
  Json& event = document["epcisBody"]["eventList"][0];
  event.erase("eventID");
  const std::string plain = world.write("plain.jsonld", document.dump());
  const Json hashed = world.json({"epcis", "hash", plain});
  world.json(disposed.import(plain));

  event["eventID"] = hashed["events"][0]["hash"];
  const std::string named = world.write("named.jsonld", document.dump());

  const Json again = world.json(disposed.import(named));
  CHECK(again["events"][0]["status"] == "draft");
  CHECK(again["events"][0]["known"] == true);
}

TEST_CASE("an import whose drafts have no place keeps nothing") {
  Disposed disposed;
  CliWorld& world = disposed.world;
  const Ran ran = world.run(disposed.import(disposed.file) +
                            std::vector<std::string>{"--out", world.path("absent/in")});
  CHECK(ran.code == 3);
  CHECK(world.json({"epcis", "captured", "--out", world.path("all.jsonld")})["events"] == 0);
}

TEST_CASE("drafts are signed by a party that is known, and what cannot be taken back by a yes") {
  Disposed disposed;
  CliWorld& world = disposed.world;
  const std::string folder = world.path("in");
  world.json(disposed.import(disposed.file) + std::vector<std::string>{"--out", folder});
  const std::string drafts = folder + "/drafts.ndjson";
  CHECK(world.run({"epcis", "sign", drafts, "--as", "nobody", "--sign", world.key("maker")}).code ==
        2);
  std::string destroying = must(read_text_file(drafts));
  const std::string retire = "\"kind\":\"retire\"";
  const auto at = destroying.find(retire);
  REQUIRE(at != std::string::npos);
  destroying.replace(at, retire.size(), "\"kind\":\"loss.declare\"");
  const std::string head = world.head();
  const Ran ran = world.run({"epcis", "sign", world.write("d.ndjson", destroying), "--as", "maker",
                             "--sign", world.key("maker")});
  CHECK(ran.code == 2);
  CHECK(ran.err.find("--yes") != std::string::npos);
  CHECK(world.head() == head);
}
