#include "registry/exchange/import.hpp"

#include <map>

#include "ledger/crypto/sha256.hpp"
#include "registry/exchange/completion.hpp"
#include "registry/exchange/export.hpp"
#include "registry/exchange/intake.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::exchange;

namespace {

std::string exported(World& world) {
  std::string text;
  must(export_events(world.registry(), {}, {}, [&](std::string_view piece) {
    text += piece;
    return Result<void>();
  }));
  return text;
}

/// Signs and records every draft by the key of its party.
void sign_all(World& world, std::vector<StatementDraft> drafts) {
  for (StatementDraft& draft : drafts) {
    must(complete_draft(draft.draft, world.registry()));
    const bool witnessed = draft.draft.kind == "destroy";
    world.record(draft.org, draft.draft,
                 witnessed ? std::vector<std::string>{"witness"} : std::vector<std::string>{});
  }
}

/// A document around one event with the members in `more`.
Document document_of(const Json& more, const std::string& type = "ObjectEvent") {
  Json event{{"@context", EventBuilder::context()},
             {"type", type},
             {"eventTime", "2026-01-05T09:00:00.000Z"},
             {"eventTimeZoneOffset", "+01:00"}};
  event.update(more);
  return must(take_document(event));
}

Imported imported(World& world, const Document& document, const std::string& list = "",
                  const ImportOptions& options = {}) {
  Resolver resolver(world.state().origin());
  if (!list.empty()) must(resolver.read_list(list, "list.csv"));
  return import_document(document, crypto::sha256("document"), world.state(), resolver, options);
}

}  // namespace

TEST_CASE("a register grows again from the export of another") {
  Folder folder("exchange-again");
  World first({.view = folder.path() / "view.db"});
  const auto chips = first.chips(4);
  first.record("maker",
               about("pack", {chips[0], chips[1]}, {{"container", "crate-1"}}, "maker-site"));
  const Hash release = first.record("maker", {.kind = "release",
                                              .body = {{"shipment", "S1"},
                                                       {"receiver", "northwind"},
                                                       {"destination", "northwind-site"},
                                                       {"purpose", "sale"}},
                                              .container = "crate-1"});
  first.record("northwind",
               {.kind = "accept",
                .body = {{"shipment", "S1"}, {"release", release.to_hex()}, {"method", "sealed"}},
                .container = "crate-1",
                .site = "northwind-site"});
  first.record("northwind",
               {.kind = "unpack", .body = {{"seal_state", "intact"}}, .container = "crate-1"});
  first.record("northwind", {.kind = "install",
                             .body = {{"rack", "R1"}},
                             .chips = {{chips[0], {{"slot", "U7"}}}},
                             .site = "northwind-site"});
  first.record("maker", about("loss.declare", {chips[2]}, {{"circumstances", "gone"}}));
  World second;
  const std::string text = exported(first);
  const Document document = must(read_json_document(text));

  const Imported found = imported(second, document);
  for (const ImportedEvent& event : found.events) {
    CAPTURE(event.message);
    CHECK(event.status == ImportedEvent::Status::draft);
  }
  sign_all(second, found.drafts);

  for (const ChipId& chip : chips) {
    CHECK(second.custodian(chip) == first.custodian(chip));
    CHECK(second.display(chip) == first.display(chip));
    CHECK(second.chip(chip).assurance == first.chip(chip).assurance);
  }
  CHECK(second.state().tables().slots[second.chip(chips[0]).slot].id == "northwind-site/R1/U7");
}

TEST_CASE("the two events of a lot in which some fail are one draft") {
  World world;
  const auto chips = world.packaged(3);
  registry::Draft test{.kind = "chip.test"};
  for (std::size_t i = 0; i < 3; ++i) test.chips.push_back({chips[i], {{"pass", i != 1}}});
  world.record("maker", test);
  const Document document = must(read_json_document(exported(world)));

  const Imported found = imported(world, document);

  const StatementDraft& draft = found.drafts.back();
  CHECK(draft.draft.kind == "chip.test");
  CHECK(draft.sources.size() == 2);
  std::map<std::string, bool> passes;
  for (const auto& chip : draft.draft.chips) passes[chip.chip.to_string()] = chip.columns["pass"];
  CHECK(passes.size() == 3);
  CHECK_FALSE(passes[chips[1].to_string()]);
}

TEST_CASE("an event of another system is mapped by its shape and a list of URIs") {
  World world;
  const auto chips = world.chips(1);
  const std::string list =
      "uri,space,id\n"
      "urn:epc:id:sgtin:4012345.011111.9876,chip," +
      chips[0].to_string() +
      "\n"
      "urn:epc:id:pgln:4012345.00000,org,maker\n"
      "urn:epc:id:pgln:4000001.00000,org,northwind\n"
      "urn:epc:id:sgln:4000001.00001.0,site,northwind-site\n"
      "urn:epcglobal:cbv:bt:4012345000009:ASN1,shipment,ASN1\n";
  const Document document = document_of(
      {{"action", "OBSERVE"},
       {"bizStep", "shipping"},
       {"disposition", "in_transit"},
       // The same GS1 keys in another spelling than in the list.
       {"epcList", {"https://example.com/01/04012345111118/21/9876"}},
       {"bizTransactionList",
        {{{"type", "desadv"}, {"bizTransaction", "urn:epcglobal:cbv:bt:4012345000009:ASN1"}}}},
       {"sourceList",
        {{{"type", "possessing_party"}, {"source", "urn:epc:id:pgln:4012345.00000"}}}},
       {"destinationList",
        {{{"type", "possessing_party"}, {"destination", "urn:epc:id:pgln:4000001.00000"}},
         {{"type", "location"}, {"destination", "urn:epc:id:sgln:4000001.00001.0"}}}}});

  const Imported without = imported(world, document, list);
  REQUIRE(without.events[0].status == ImportedEvent::Status::incomplete);
  CHECK(without.events[0].message == "event: body.purpose: missing");

  const Imported found =
      imported(world, document, list, {.settings = {{"release.purpose", "sale"}}});
  REQUIRE(found.drafts.size() == 1);
  CHECK(found.drafts[0].org == "maker");
  CHECK(found.drafts[0].draft.body == Json{{"shipment", "ASN1"},
                                           {"receiver", "northwind"},
                                           {"destination", "northwind-site"},
                                           {"purpose", "sale"}});
  CHECK(found.drafts[0].draft.zone == "+01:00");
  sign_all(world, found.drafts);
  CHECK(world.display(chips[0]) == registry::Display::released);
}

TEST_CASE("items whose id is no text are passed over") {
  World world;
  const auto chips = world.packaged(1);
  const Json list = Json::array({"https://test.example/registry/chip/" + chips[0].to_string()});
  for (const Json& item : {Json{{"epc", 5}}, Json{{"epc", Json::array()}}, Json::object()}) {
    const Document document = document_of({{"action", "OBSERVE"},
                                           {"epcList", list},
                                           {"chip:kind", "chip.test"},
                                           {"chip:items", Json::array({item})}});
    CHECK(imported(world, document, "", {.org = "maker"}).events.size() == 1);
  }
}

TEST_CASE("evidence of a draft says how its document is written") {
  World world;
  const auto chips = world.chips(1);
  const std::string xml =
      "<e:EPCISDocument xmlns:e=\"urn:epcglobal:epcis:xsd:2\" schemaVersion=\"2.0\" "
      "creationDate=\"2026-01-05T10:00:00Z\"><EPCISBody><EventList><ObjectEvent>"
      "<eventTime>2026-01-05T08:00:00Z</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset>"
      "<epcList><epc>https://test.example/registry/chip/" +
      chips[0].to_string() +
      "</epc></epcList><action>OBSERVE</action><bizStep>urn:epcglobal:cbv:bizstep:collecting"
      "</bizStep><disposition>urn:epcglobal:cbv:disp:disposed</disposition></ObjectEvent>"
      "</EventList></EPCISBody></e:EPCISDocument>";

  const Imported found = imported(world, must(read_xml_document(xml)), "",
                                  {.settings = {{"retire.cause", "worn"}}, .org = "maker"});

  REQUIRE(found.drafts.size() == 1);
  CHECK(found.drafts[0].draft.evidence[0]["type"] == "application/xml");
}

TEST_CASE("an id that nobody knows is pointed at") {
  World world;
  const auto chips = world.chips(1);
  const Json list{"https://test.example/registry/chip/" + chips[0].to_string(),
                  "urn:epc:id:giai:4012345.X"};
  const Document document = document_of({{"action", "OBSERVE"},
                                         {"bizStep", "collecting"},
                                         {"disposition", "disposed"},
                                         {"epcList", list},
                                         {"chip:body", {{"chip:cause", "old"}}}});

  const Imported found = imported(world, document, "", {.org = "maker"});

  CHECK(found.events[0].status == ImportedEvent::Status::incomplete);
  CHECK(found.events[0].kind == "retire");
  CHECK(found.events[0].message ==
        "/epcList/1: nothing is called urn:epc:id:giai:4012345.X; name it in the list of URIs");
  CHECK(found.drafts.empty());
}

TEST_CASE("a shape that several kinds have is told by transactions, or not mapped") {
  const auto names = [](const std::vector<std::string>& types) {
    std::string list;
    for (const EventRow* row :
         rows_like("ObjectEvent", "OBSERVE", "inspecting", "conformant", types)) {
      list += std::string(row->kind) + " ";
    }
    return list;
  };

  CHECK(names({"testres"}).find("chip.test") != std::string::npos);
  CHECK(names({}).find("chip.test") == std::string::npos);
  CHECK(rows_like("ObjectEvent", "OBSERVE", "arriving", "in_transit", {"filing"}).size() == 1);
  CHECK(rows_like("ObjectEvent", "OBSERVE", "retail_selling", "retail_sold", {}).empty());
}

TEST_CASE("a plain shipping event is of the kind that the user says, where that has its shape") {
  World world;
  const Document document = document_of({{"action", "OBSERVE"},
                                         {"bizStep", "shipping"},
                                         {"disposition", "in_transit"},
                                         {"epcList", {"urn:example:part:7"}}});
  const auto kind = [&](const std::set<std::string, std::less<>>& kinds) {
    ImportOptions options{.org = "maker"};
    options.kinds = kinds;
    return imported(world, document, "", options).events[0].kind;
  };

  CHECK(kind({"release"}) == "release");
  CHECK(kind({}) == "reroute");
  CHECK(kind({"retire"}) == "reroute");
}

TEST_CASE("what no statement says is kept as unmapped, with the reason") {
  World world;
  const auto message = [&](const Json& more) {
    const Imported found = imported(world, document_of(more));
    CHECK(found.events[0].status == ImportedEvent::Status::unmapped);
    return found.events[0].message;
  };

  CHECK(message({{"action", "OBSERVE"}, {"bizStep", "retail_selling"}, {"epcList", Json::array()}})
            .find("no kind of statement is a ObjectEvent OBSERVE retail_selling") !=
        std::string::npos);
  CHECK(message({{"action", "ADD"},
                 {"bizStep", "shipping"},
                 {"epcList", Json::array()},
                 {"chip:kind", "release"}})
            .find("kind release is not what this event looks like") != std::string::npos);
  CHECK(message({{"action", "ADD"}, {"epcList", Json::array()}, {"chip:kind", "key.add"}})
            .find("key.add is no kind of statement with an event") != std::string::npos);
}

TEST_CASE("a document may give our namespace another prefix") {
  World world;
  Json event{{"@context", {std::string(epcis_context), {{"muster", std::string(chip_namespace)}}}},
             {"type", "ObjectEvent"},
             {"action", "OBSERVE"},
             {"eventTime", "2026-01-05T09:00:00.000Z"},
             {"eventTimeZoneOffset", "+00:00"},
             {"bizStep", "https://ref.gs1.org/cbv/BizStep-collecting"},
             {"disposition", "cbv:Disp-disposed"},
             {"epcList", {"https://test.example/registry/chip/" + world.chips(1)[0].to_string()}},
             {"muster:kind", "retire"},
             {"muster:org", "https://test.example/registry/org/maker"},
             {"muster:body", {{"muster:cause", "old"}}}};

  const Imported found = imported(world, must(take_document(event)));

  REQUIRE(found.drafts.size() == 1);
  CHECK(found.drafts[0].draft.body == Json{{"cause", "old"}});
}

TEST_CASE("a hundred thousand ids are one draft, and one too many is refused with a pointer") {
  World world;
  Json list = Json::array();
  for (std::uint64_t i = 0; i < 100'001; ++i) {
    list.push_back("https://test.example/registry/chip/" +
                   ChipId::from_parts({.block = 7, .ordinal = i, .random = i}).to_string());
  }
  Json more{{"action", "OBSERVE"},
            {"bizStep", "cycle_counting"},
            {"disposition", "unknown"},
            {"chip:body", {{"chip:circumstances", "fire"}}},
            {"epcList", list}};
  const ImportOptions options{.org = "maker"};

  const Imported many = imported(world, document_of(more), "", options);
  CHECK(many.events[0].message == "/epcList: got 100001 ids, a lot has at most 100000");

  more["epcList"].erase(100'000);
  const Imported found = imported(world, document_of(more), "", options);
  REQUIRE(found.drafts.size() == 1);
  CHECK(found.drafts[0].draft.chips.size() == 100'000);
}

TEST_CASE("a draft is one line that is read as it was written") {
  World world;
  world.chips(2);
  const Document document = must(read_json_document(exported(world)));

  for (const StatementDraft& draft : imported(world, document).drafts) {
    const std::string line = encode_draft(draft);
    CHECK(encode_draft(must(parse_draft(line))) == line);
    CHECK(line.find('\n') == std::string::npos);
  }
  CHECK(must_fail(parse_draft("{}")) == "draft.v: missing");
  Json draft = must(parse_json(encode_draft(imported(world, document).drafts[0])));
  draft["sources"] = Json::array();
  CHECK(must_fail(parse_draft(canonical_json(draft))) ==
        "draft.sources: is empty, want the events it comes from");
}

TEST_CASE("a list of URIs is refused with the line that is wrong") {
  const auto refused = [](const std::string& lines) {
    Resolver resolver("r.example");
    return must_fail(resolver.read_list("uri,space,id\n" + lines, "list.csv"));
  };

  CHECK(refused("nothing,org,maker\n") == "list.csv line 2: uri: got \"nothing\", want a URI");
  CHECK(refused("urn:a:1,org,maker\nurn:a:1,org,maker\n") ==
        "list.csv line 3: urn:a:1 stands twice");
  CHECK(refused("urn:a:1,chip,123\n").starts_with("list.csv line 2: "));
  CHECK(refused("urn:a:1,part,a\n")
            .starts_with("list.csv line 2: space: got \"part\", want one "
                         "of chip, org, "));
  CHECK(refused("urn:epc:id:sscc:4012345.3111111111,asm,a\nhttps://x.example/00/"
                "340123451111111111,asm,b\n")
            .ends_with("stands twice"));
}
