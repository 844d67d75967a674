#include "ledger/base/file.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/cli/disposed.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

TEST_CASE("epcis validate points at each fault") {
  CliWorld world("epcis-validate");
  const std::string file = world.write("bad.json", R"({"@context":[],"type":"EPCISDocument",
    "schemaVersion":"2.0","creationDate":"2026-11-28T00:00:00Z","epcisBody":{"eventList":[
    {"type":"ObjectEvent","action":"SEE","eventTime":"2026-11-28T00:00:00Z",
     "eventTimeZoneOffset":"+00:00","epcList":["x"]}]}})");

  const Json result = world.json({"epcis", "validate", file}, 1);

  CHECK(result["valid"] == false);
  CHECK(result["faults"][0]["pointer"] == "/epcisBody/eventList/0/action");
  CHECK(result["faults"][0]["message"] == "got \"SEE\", want ADD, OBSERVE or DELETE");
  CHECK(result["faults"][1]["pointer"] == "/epcisBody/eventList/0/epcList/0");
  CHECK(world.run({"epcis", "hash", file}).code == 2);
  CHECK(world.run({"epcis", "validate", world.write("no.json", "{")}).code == 2);
  CHECK(world.run({"epcis", "validate", world.write("no.xml", "<a>")}).code == 2);
}

TEST_CASE("foreign text does not steer the terminal") {
  CliWorld world("epcis-escapes");
  const std::string file =
      world.write("esc.json", R"({"@context":[],"type":"\u001b[2J","schemaVersion":"2.0"})");
  for (const auto& command : std::vector<std::vector<std::string>>{{"epcis", "validate", file},
                                                                   {"epcis", "hash", file}}) {
    const Ran ran = world.run(command);
    CHECK(ran.code != 0);
    CHECK(ran.out.find('\x1b') == std::string::npos);
    CHECK(ran.err.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("what is imported is evidence until a party signs its drafts") {
  Disposed disposed;
  CliWorld& world = disposed.world;
  const std::string folder = world.path("in");
  const std::string head = world.head();

  const Json taken =
      world.json(disposed.import(disposed.file) + std::vector<std::string>{"--out", folder});
  CHECK(taken["drafts"] == 1);
  CHECK(
      world.run(disposed.import(disposed.file) + std::vector<std::string>{"--out", folder}).code ==
      3);
  CHECK(taken["events"][0]["status"] == "draft");
  CHECK(taken["events"][1]["status"] == "unmapped");
  CHECK(taken["events"][1]["message"].get<std::string>().starts_with("/epcisBody/eventList/1: "));
  CHECK(world.head() == head);

  const std::string drafts = folder + "/drafts.ndjson";
  const std::vector<std::string> sign{"epcis",           "sign", drafts, "--as", "maker", "--sign",
                                      world.key("maker")};
  CHECK(world.run({"epcis", "sign", drafts, "--as", "northwind", "--sign", world.key("northwind")})
            .code == 0);
  CHECK(world.head() == head);
  const Json signed_one = world.json(sign);
  CHECK(signed_one["status"] == "recorded");
  CHECK(world.json({"chip", "show", disposed.chip})["life"] == "retired");

  const std::string after = world.head();
  CHECK(world.run(sign).code == 0);
  CHECK(world.head() == after);
  const Json again = world.json(disposed.import(disposed.file));
  CHECK(again["drafts"] == 0);
  CHECK(again["events"][0]["status"] == "signed");
  CHECK(again["events"][0]["statement"] == signed_one["statement"]);
  CHECK(again["events"][1]["known"] == true);
}

TEST_CASE("what came from this ledger itself is no evidence beside it") {
  Disposed disposed;
  CliWorld& world = disposed.world;
  const std::string own = world.path("own.jsonld");
  world.json({"epcis", "export", "--chip", disposed.chip, "--out", own});

  world.json(disposed.import(own) + std::vector<std::string>{"--out", world.path("in")});

  CHECK(world.json({"chip", "history", disposed.chip})["unsigned_evidence"].empty());
}

TEST_CASE("what is written aside touches nothing that stood there") {
  Disposed disposed;
  CliWorld& world = disposed.world;
  std::filesystem::create_directories(world.path("in.new"));
  const std::string kept = world.write("in.new/kept", "a");

  CHECK(world
            .run(disposed.import(disposed.file) +
                 std::vector<std::string>{"--out", world.path("in/")})
            .code == 0);

  CHECK(must(read_text_file(kept)) == "a");
  CHECK(std::filesystem::exists(world.path("in/drafts.ndjson")));
  CHECK(world.run({"epcis", "export", "--out", world.path("none/x.json")}).code == 3);
}

TEST_CASE("an error declaration of what a party signed becomes its correction") {
  Disposed disposed;
  CliWorld& world = disposed.world;
  const auto sign = [&](const std::string& folder) {
    return world.json({"epcis", "sign", world.path(folder + "/drafts.ndjson"), "--as", "maker",
                       "--sign", world.key("maker"), "--yes"});
  };
  const auto import = [&](const std::string& file, const std::string& folder) {
    return world.json(disposed.import(file) +
                      std::vector<std::string>{"--out", world.path(folder)});
  };
  import(disposed.file, "first");
  const Json retired = sign("first");
  Json wrong = disposal();
  wrong["epcisBody"]["eventList"][0]["errorDeclaration"] = {
      {"declarationTime", "2026-01-05T08:00:31Z"}, {"reason", "did_not_occur"}};

  const Json taken = import(world.write("wrong.jsonld", wrong.dump()), "second");
  CHECK(taken["drafts"] == 1);
  CHECK(taken["events"][0]["kind"] == "correct.void");
  const Json corrected = sign("second");

  CHECK(corrected["status"] == "recorded");
  CHECK(world.json({"chip", "show", disposed.chip})["life"] != "retired");
  const Json again = world.json(disposed.import(world.path("wrong.jsonld")));
  CHECK(again["events"][0]["statement"] == corrected["statement"]);
  CHECK(again["drafts"] == 0);
}

TEST_CASE("the events that were captured come out as they came in, unmapped ones too") {
  Disposed disposed;
  CliWorld& world = disposed.world;
  world.json(disposed.import(disposed.file));
  const std::string file = world.path("captured.jsonld");

  CHECK(world.json({"epcis", "captured", "--out", file})["events"] == 2);

  CHECK(world.json({"epcis", "validate", file})["valid"] == true);
  const Json before = world.json({"epcis", "hash", disposed.file});
  const Json after = world.json({"epcis", "hash", file});
  for (std::size_t i = 0; i < 2; ++i)
    CHECK(after["events"][i]["hash"] == before["events"][i]["hash"]);
}

TEST_CASE("what an import or a judgement says of a document has the line that it is about") {
  Disposed disposed;
  CliWorld& world = disposed.world;
  Json many = disposal();
  many["epcisBody"]["eventList"][0]["epcList"] = {"urn:example:part:7", "urn:example:part:9"};
  const std::string text = many.dump(1);
  const auto line_of = [&](const std::string& words) {
    return 1 + std::count(text.begin(),
                          text.begin() + static_cast<std::ptrdiff_t>(text.find(words)), '\n');
  };
  const std::string file = world.write("many.jsonld", text);

  const Json taken = world.json(disposed.import(file));
  CHECK(taken["events"][0]["line"] == line_of("urn:example:part:9"));
  CHECK(taken["events"][1]["message"].get<std::string>().starts_with("/epcisBody/eventList/1: "));
  const std::string words = world.run(disposed.import(file)).err;
  CHECK(words.find("line " + std::to_string(line_of("urn:example:part:9")) +
                   ": /epcisBody/eventList/0/epcList/1: nothing is called urn:example:part:9") !=
        std::string::npos);

  many["epcisBody"]["eventList"][1]["action"] = "SEE";
  const std::string bad = many.dump(1);
  const auto bad_line =
      1 + std::count(bad.begin(), bad.begin() + static_cast<std::ptrdiff_t>(bad.find("SEE")), '\n');
  const std::string bad_file = world.write("bad.jsonld", bad);
  CHECK(world.json({"epcis", "validate", bad_file}, 1)["faults"][0]["line"] == bad_line);
  CHECK(world.run(disposed.import(bad_file))
            .err.find("line " + std::to_string(bad_line) + ": /epcisBody/eventList/1/action: ") !=
        std::string::npos);
}

TEST_CASE("a setting or a signer that does not exist is refused before anything is kept") {
  Disposed disposed;
  CliWorld& world = disposed.world;
  const auto refused = [&](const std::vector<std::string>& more) {
    const Ran ran = world.run(std::vector<std::string>{"epcis", "import", disposed.file} + more);
    CHECK(ran.code == 2);
    return ran.err;
  };

  CHECK(refused({"--set", "retire.causes=worn"}).find("retire has no field \"causes\"") !=
        std::string::npos);
  CHECK(refused({"--set", "retyre.cause=worn"}).find("no kind of statement \"retyre\"") !=
        std::string::npos);
  CHECK(refused({"--as", "nobody"}).find("--as: party nobody: not registered") !=
        std::string::npos);
  CHECK(world.json({"epcis", "captured", "--out", world.path("none.jsonld")})["events"] == 0);
}

TEST_CASE("another event under the id of one that is known is refused with both hashes") {
  Disposed disposed;
  CliWorld& world = disposed.world;
  const Json first = world.json(disposed.import(disposed.file));
  const std::string other = world.write("other.jsonld", disposal("stolen").dump());

  const Json second = world.json(disposed.import(other), 1);

  CHECK(second["drafts"] == 0);
  const Json& event = second["events"][0];
  CHECK(event["status"] == "conflict");
  CHECK(event["other_sha256"] == first["events"][0]["content_sha256"]);
  CHECK(event["content_sha256"] != first["events"][0]["content_sha256"]);
  const std::string words = world.run(disposed.import(other)).err;
  CHECK(words.find(event["content_sha256"].get<std::string>()) != std::string::npos);
  CHECK(words.find(event["other_sha256"].get<std::string>()) != std::string::npos);
}

TEST_CASE("an import of a document that is not valid keeps nothing and points at the field") {
  Disposed disposed;
  CliWorld& world = disposed.world;
  Json bad = disposal();
  bad["epcisBody"]["eventList"][1].erase("eventTime");

  const Ran ran = world.run(disposed.import(world.write("bad.jsonld", bad.dump())));

  CHECK(ran.code == 2);
  CHECK(ran.err.find("/epcisBody/eventList/1: eventTime: missing") != std::string::npos);
  CHECK(world.json({"epcis", "captured", "--out", world.path("none.jsonld")})["events"] == 0);
}

TEST_CASE("a dry run of an import says the same and keeps nothing") {
  Disposed disposed;
  CliWorld& world = disposed.world;

  const Json dry =
      world.json(std::vector<std::string>{"--dry-run"} + disposed.import(disposed.file) +
                 std::vector<std::string>{"--out", world.path("in")});

  CHECK(dry["events"][0]["status"] == "draft");
  CHECK_FALSE(std::filesystem::exists(world.path("in")));
  CHECK(world.json({"epcis", "captured", "--out", world.path("none.jsonld")})["events"] == 0);
}

TEST_CASE("drafts that a rule refuses, and files that hold none, are told apart") {
  Disposed disposed;
  CliWorld& world = disposed.world;
  const std::string folder = world.path("in");
  world.json(disposed.import(disposed.file) + std::vector<std::string>{"--out", folder});
  world.record("maker",
               {"--yes", "chip", "lose", "--chips", disposed.chip, "--circumstances", "fire"});
  const auto sign = [&](const std::string& file) {
    return world.run({"epcis", "sign", file, "--as", "maker", "--sign", world.key("maker")});
  };

  const Ran refused = sign(folder + "/drafts.ndjson");
  CHECK(refused.code == 1);
  CHECK(refused.err.find("drafts.ndjson line 1: ") != std::string::npos);

  CHECK(sign(world.write("bad.ndjson", "\n{}\n")).err.find("bad.ndjson line 2: draft.v: missing") !=
        std::string::npos);
  CHECK(sign(world.path("none.ndjson")).code == 2);
}

TEST_CASE("a document in XML is judged, hashed and imported as the same in JSON-LD") {
  Disposed disposed;
  CliWorld& world = disposed.world;
  const std::string start =
      "<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\" "
      "xmlns:example=\"https://ns.example.com/epcis/\" schemaVersion=\"2.0\" "
      "creationDate=\"2026-01-05T10:00:00Z\"><EPCISBody><EventList>\n<ObjectEvent>"
      "<eventTime>2026-01-05T09:00:30.000+01:00</eventTime><eventTimeZoneOffset>+01:00</"
      "eventTimeZoneOffset>"
      "<eventID>urn:uuid:12345678-1234-4234-8234-123456789012</eventID>"
      "<epcList><epc>urn:example:part:7</epc></epcList>";
  const std::string end =
      "<bizStep>urn:epcglobal:cbv:bizstep:collecting</bizStep>"
      "<disposition>urn:epcglobal:cbv:disp:disposed</disposition>"
      "<example:cause>worn out</example:cause></ObjectEvent></EventList></EPCISBody>"
      "</epcis:EPCISDocument>";
  const std::string file = world.write("d.xml", start + "<action>OBSERVE</action>" + end);
  const std::string bad = world.write("bad.xml", start + "\n<action>SEE</action>" + end);

  CHECK(world.json({"epcis", "validate", file})["valid"] == true);
  const Json faults = world.json({"epcis", "validate", bad}, 1)["faults"];
  CHECK(faults[0]["pointer"] == "/epcisBody/eventList/0/action");
  CHECK(faults[0]["line"] == 3);
  CHECK(world.json({"epcis", "hash", file})["events"][0]["hash"] ==
        world.json({"epcis", "hash", disposed.file})["events"][0]["hash"]);

  const Json taken = world.json(disposed.import(file));
  CHECK(taken["events"][0]["status"] == "draft");
  CHECK(world.json(disposed.import(disposed.file))["events"][0]["known"] == true);
}
