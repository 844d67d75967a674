#include "registry/exchange/export.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "registry/exchange/document.hpp"
#include "registry/exchange/mapping.hpp"
#include "registry/exchange/profile.hpp"
#include "registry/kind.hpp"
#include "tests/registry/exchange/examples.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/foreign.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::exchange;

namespace {

/// A world with a view, in which one chip lived and another was lost.
struct Lived {
  Lived() : folder("exchange"), world({.view = folder.path() / "view.db"}) {
    chips = world.chips(3);
    release = world.release("maker", "northwind", "S1", {chips[0], chips[1]});
    world.record("northwind",
                 about("arrive", {chips[0], chips[1]}, {{"shipment", "S1"}}, "northwind-site"));
    world.accept("northwind", "S1", release, {chips[0]});
    world.record("northwind", {.kind = "install",
                               .body = {{"rack", "R1"}},
                               .chips = {{chips[0], {{"slot", "U7"}}}},
                               .site = "northwind-site"});
    world.record("northwind", about("uninstall", {chips[0]}, {{"cause", "moved"}}));
    world.record("northwind", about("loss.declare", {chips[0]}, {{"circumstances", "gone"}}));
  }

  Json exported(const ExportQuery& query, const ExportOptions& options = {}) {
    std::string text;
    count = must(export_events(world.registry(), query, options, [&](std::string_view piece) {
      text += piece;
      return Result<void>();
    }));
    return must(parse_foreign_json(text));
  }

  Folder folder;
  World world;
  std::vector<ChipId> chips;
  Hash release;
  Exported count;
};

std::vector<std::string> kinds_of(const Json& document) {
  std::vector<std::string> list;
  for (const Json& event : document["epcisBody"]["eventList"]) list.push_back(event["chip:kind"]);
  return list;
}

const Json& event_of(const Json& document, const std::string& kind) {
  for (const Json& event : document["epcisBody"]["eventList"]) {
    if (event["chip:kind"] == kind) return event;
  }
  FAIL("no event of " << kind);
  return document;
}

}  // namespace

TEST_CASE("an export is a valid document, and every id follows from its event") {
  Lived lived;

  const Json document = lived.exported({});

  CHECK(document_faults(document, 10).empty());
  if (const auto folder = foreign_vectors("epcis")) {
    CHECK(must(gs1_schema(*folder).faults(document, 10)).empty());
  }
  const Document read = must(take_document(document));
  std::set<std::string> ids;
  for (const Json& event : read.events) {
    CHECK(event["eventID"] == event_hash_uri(event, read.hashing));
    CHECK(ids.insert(event["eventID"]).second);
  }
  CHECK(lived.count.events == read.events.size());
  CHECK(lived.count.without > 0);
}

TEST_CASE("a release names its chips, its shipment, and whose hands it goes through") {
  Lived lived;

  const Json release = event_of(lived.exported({}), "release");

  const std::string base = "https://test.example/registry/";
  CHECK(release["type"] == "ObjectEvent");
  CHECK(release["bizStep"] == "shipping");
  CHECK(release["epcList"] == Json::array({base + "chip/" + lived.chips[0].to_string(),
                                           base + "chip/" + lived.chips[1].to_string()}));
  CHECK(release["bizTransactionList"] ==
        Json::array({Json{{"type", "desadv"}, {"bizTransaction", base + "shipment/S1"}}}));
  CHECK(release["sourceList"][0]["source"] == base + "org/maker");
  CHECK(release["destinationList"][0]["destination"] == base + "org/northwind");
  CHECK(release["destinationList"][1]["destination"] == base + "site/northwind-site");
  CHECK(release["chip:statement"] == lived.release.to_hex());
  CHECK(release["chip:body"]["chip:purpose"] == "sale");
}

TEST_CASE("the history of a chip has what happened to it, and no more") {
  Lived lived;

  CHECK(kinds_of(lived.exported({.chip = lived.chips[0]})) ==
        std::vector<std::string>{"chip.package", "chip.enrol", "chip.test", "release", "arrive",
                                 "accept", "install", "uninstall", "loss.declare"});
  CHECK(kinds_of(lived.exported({.chip = lived.chips[2]})) ==
        std::vector<std::string>{"chip.package", "chip.enrol", "chip.test"});
}

TEST_CASE("the history of a chip has what was seen of it at a border, by itself or in its carton") {
  Folder folder("exchange");
  World world({.view = folder.path() / "view.db"});
  const auto chips = world.chips(3);
  world.record("maker", about("pack", {chips[0]}, {{"container", "crate"}}, "maker-site"));
  const auto to_border = [&](registry::Draft draft, const std::string& shipment) {
    const auto say = [&](const std::string& org, const std::string& kind, Json body,
                         const std::string& site, const std::vector<std::string>& with) {
      registry::Draft said = draft;
      said.kind = kind;
      said.body = std::move(body);
      if (!site.empty()) said.site = site;
      world.record(org, said, with);
    };
    say("maker", "release",
        {{"shipment", shipment},
         {"receiver", "northwind"},
         {"destination", "northwind-site"},
         {"purpose", "sale"}},
        "", {});
    say("maker", "leg.handover", {{"shipment", shipment}, {"taker", "broker"}, {"place", "quay"}},
        "", {"broker"});
    say("gov", "choke.checkin", {{"shipment", shipment}, {"declared_count", 1}}, "port", {});
    say("gov", "choke.inspect",
        {{"inspection", "I-" + shipment},
         {"method", "scan"},
         {"level", "mark"},
         {"result", "conformant"}},
        "port", {});
  };
  to_border({.kind = {}, .container = "crate"}, "S1");
  to_border(about("", {chips[1]}), "S2");
  const auto inspections = [&](const ChipId& chip) {
    std::string text;
    must(export_events(world.registry(), {.chip = chip}, {}, [&](std::string_view piece) {
      text += piece;
      return Result<void>();
    }));
    const auto kinds = kinds_of(must(parse_foreign_json(text)));
    return std::count(kinds.begin(), kinds.end(), "choke.inspect");
  };

  CHECK(inspections(chips[0]) == 1);
  CHECK(inspections(chips[1]) == 1);
  CHECK(inspections(chips[2]) == 0);
}

TEST_CASE("shipment, party and window each narrow the export") {
  Lived lived;
  const std::vector<std::string> shipment{"release", "arrive", "accept"};

  CHECK(kinds_of(lived.exported({.shipment = "S1"})) == shipment);
  CHECK(kinds_of(lived.exported({.shipment = "S1", .party = "maker"})) == shipment);
  CHECK(kinds_of(lived.exported({.party = "broker"})).empty());
  const Timestamp end = lived.world.clock.now();
  CHECK(kinds_of(lived.exported({.from = end})) == std::vector<std::string>{"loss.declare"});
  CHECK(kinds_of(lived.exported({.from = end, .to = end})).empty());
  CHECK(lived.exported({.from = end, .to = end})["epcisBody"]["eventList"] == Json::array());
}

TEST_CASE("what an export asks for must be known") {
  Lived lived;
  const auto refused = [&](const ExportQuery& query) {
    return must_fail(export_events(lived.world.registry(), query, {},
                                   [](std::string_view) { return Result<void>(); }));
  };

  CHECK(refused({.shipment = "S9"}) == "shipment S9: not known");
  CHECK(refused({.party = "nobody"}) == "party nobody: not registered");
  const ChipId stranger = ChipId::from_parts({.block = 99, .ordinal = 0, .random = 0});
  CHECK(refused({.chip = stranger}).ends_with("not registered"));
}

TEST_CASE("what is taken out was in the rack where it stood") {
  Lived lived;

  const Json document = lived.exported({});

  const std::string rack = "https://test.example/registry/rack/northwind-site%2FR1";
  CHECK(event_of(document, "install")["parentID"] == rack);
  CHECK(event_of(document, "install")["chip:items"][0]["chip:slot"] == "U7");
  CHECK(event_of(document, "uninstall")["parentID"] == rack);
}

TEST_CASE("master data describes the parties, sites and products that events name") {
  Lived lived;

  const Json document = lived.exported({.shipment = "S1"});

  const Json& list = document["epcisHeader"]["epcisMasterData"]["vocabularyList"];
  REQUIRE(list.size() == 2);
  CHECK(list[0]["type"] == "urn:epcglobal:epcis:vtype:Party");
  CHECK(list[0]["vocabularyElementList"].size() == 2);
  CHECK(list[1]["vocabularyElementList"][0]["id"] ==
        "https://test.example/registry/site/northwind-site");
  CHECK_FALSE(lived.exported({.shipment = "S1"}, {.master_data = false}).contains("epcisHeader"));
}

TEST_CASE("a lot in which some fail becomes two events") {
  World world;
  const auto chips = world.packaged(3);
  registry::Draft test{.kind = "chip.test"};
  for (std::size_t i = 0; i < 3; ++i) test.chips.push_back({chips[i], {{"pass", i != 1}}});
  world.record("maker", test);
  std::string text;

  must(export_events(world.registry(), {}, {}, [&](std::string_view piece) {
    text += piece;
    return Result<void>();
  }));

  std::vector<std::pair<std::string, std::size_t>> tests;
  const Json document = must(parse_foreign_json(text));
  for (const Json& event : document["epcisBody"]["eventList"]) {
    if (event["chip:kind"] == "chip.test")
      tests.emplace_back(event["disposition"], event["epcList"].size());
  }
  CHECK(tests ==
        std::vector<std::pair<std::string, std::size_t>>{{"conformant", 2}, {"non_conformant", 1}});
}

TEST_CASE("what stands in a shipped container is not listed again") {
  World world;
  const auto chips = world.chips(2);
  world.record("maker", about("pack", chips, {{"container", "crate-1"}}, "maker-site"));
  world.record("maker", {.kind = "release",
                         .body = {{"shipment", "S1"},
                                  {"receiver", "northwind"},
                                  {"destination", "northwind-site"},
                                  {"purpose", "sale"}},
                         .container = "crate-1"});
  std::string text;
  must(export_events(world.registry(), {}, {}, [&](std::string_view piece) {
    text += piece;
    return Result<void>();
  }));

  const Json document = must(parse_foreign_json(text));

  const std::string crate = "https://test.example/registry/container/crate-1";
  CHECK(event_of(document, "pack")["parentID"] == crate);
  CHECK(event_of(document, "pack")["childEPCs"].size() == 2);
  CHECK(event_of(document, "release")["epcList"] == Json::array({crate}));
}
