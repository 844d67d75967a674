// What an export has when it is asked for a container, a product, a site, or kinds of statements.

#include <set>

#include "registry/exchange/export.hpp"
#include "registry/exchange/profile.hpp"
#include "tests/registry/support/correction.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::exchange;

namespace {

using Kinds = std::vector<std::string>;

/// Chip 0 travels in a carton on a pallet to northwind and is installed there; chip 1 travels
/// loose; chip 2 becomes another product and stays.
struct Travelled {
  Travelled() : world({.view = folder.path() / "view.db"}) {
    chips = world.chips(3);
    world.record("maker", about("pack", {chips[0]}, {{"container", "carton"}}, "maker-site"));
    world.record("maker", {.kind = "pack",
                           .body = {{"container", "pallet"}, {"children", {"carton"}}},
                           .site = "maker-site"});
    world.record("maker", {.kind = "product.register",
                           .body = {{"product", "small"}, {"name", "Small"}, {"tpp", 2400}}});
    regrade = world.record(
        "maker", about("chip.regrade", {chips[2]},
                       {{"from", "a1"}, {"to", "small"}, {"evidence", std::string(64, 'a')}}));
    ship();
    world.record("northwind", unpacking("pallet"));
    world.record("northwind", unpacking("carton"));
    world.record("northwind", {.kind = "install",
                               .body = {{"rack", "R1"}},
                               .chips = {{chips[0], {{"slot", "U7"}}}},
                               .site = "northwind-site"});
  }

  void ship() {
    const Hash released = world.record("maker", {.kind = "release",
                                                 .body = {{"shipment", "S1"},
                                                          {"receiver", "northwind"},
                                                          {"destination", "northwind-site"},
                                                          {"purpose", "sale"}},
                                                 .container = "pallet"});
    world.record(
        "northwind",
        {.kind = "accept",
         .body = {{"shipment", "S1"}, {"release", released.to_hex()}, {"method", "sealed"}},
         .container = "pallet",
         .site = "northwind-site"});
    const Hash loose = world.release("maker", "northwind", "S2", {chips[1]});
    world.accept("northwind", "S2", loose, {chips[1]});
  }

  static registry::Draft unpacking(const std::string& container) {
    return {.kind = "unpack", .body = {{"seal_state", "none"}}, .container = container};
  }

  Json document(const ExportQuery& query) {
    std::string text;
    count = must(export_events(world.registry(), query, {}, [&](std::string_view piece) {
      text += piece;
      return Result<void>();
    }));
    Json made = must(parse_foreign_json(text));
    CHECK(document_faults(made, 10).empty());
    return made;
  }

  Kinds kinds(const ExportQuery& query) {
    const Json made = document(query);
    Kinds list;
    for (const Json& event : made["epcisBody"]["eventList"]) list.push_back(event["chip:kind"]);
    return list;
  }

  std::string refused(const ExportQuery& query) {
    return must_fail(export_events(world.registry(), query, {},
                                   [](std::string_view) { return Result<void>(); }));
  }

  Folder folder{"export-selection"};
  World world;
  std::vector<ChipId> chips;
  Hash regrade;
  Exported count;
};

}  // namespace

TEST_CASE("the export of a container has what befell it, and what was in it while it was") {
  Travelled travelled;

  CHECK(travelled.kinds({.container = "carton"}) ==
        Kinds{"pack", "pack", "release", "accept", "unpack", "unpack"});
  CHECK(travelled.kinds({.container = "pallet"}) == Kinds{"pack", "release", "accept", "unpack"});
}

TEST_CASE("what was put into a container by mistake is not in it once that was taken back") {
  Travelled travelled;
  World& world = travelled.world;
  const auto more = world.chips(2);
  world.record("maker", about("pack", {more[0]}, {{"container", "box"}}, "maker-site"));
  world.record("maker", about("pack", {more[1]}, {{"container", "skid"}}, "maker-site"));
  world.record("maker", Travelled::unpacking("skid"));
  const Hash mistake =
      world.record("maker", {.kind = "pack",
                             .body = {{"container", "skid"}, {"children", {"box"}}},
                             .site = "maker-site"});
  world.record("maker", void_of(mistake));
  world.record("maker", {.kind = "release",
                         .body = {{"shipment", "S3"},
                                  {"receiver", "northwind"},
                                  {"destination", "northwind-site"},
                                  {"purpose", "sale"}},
                         .container = "box"});

  CHECK(travelled.kinds({.container = "box", .kinds = {"release"}}).size() == 1);
  CHECK(travelled.kinds({.container = "skid", .kinds = {"release"}}).empty());
  CHECK(travelled.kinds({.container = "skid"}).size() == 4);  // the mistake twice: it is declared
}

TEST_CASE("the export of a product has what befell its chips while they were of it, and names it") {
  Travelled travelled;

  CHECK(travelled.kinds({.product = "small"}) == Kinds{"chip.regrade"});
  const Kinds of_a1 = travelled.kinds({.product = "a1"});
  CHECK(of_a1 == Kinds{"id.reserve", "chip.package", "chip.enrol", "chip.test", "pack",
                       "chip.regrade", "release", "accept", "release", "accept", "unpack", "unpack",
                       "install"});
  CHECK(travelled.count.without == 1);  // its registration, which becomes master data
}

TEST_CASE("the export of a site has what was said there, what came to it and what left it") {
  Travelled travelled;

  CHECK(travelled.kinds({.site = "northwind-site"}) ==
        Kinds{"release", "accept", "release", "accept", "unpack", "unpack", "install"});
  const Kinds maker = travelled.kinds({.site = "maker-site"});
  CHECK(Kinds(maker.end() - 5, maker.end()) ==
        Kinds{"chip.regrade", "release", "accept", "release", "accept"});
  CHECK(travelled.kinds({.site = "port"}).empty());
}

TEST_CASE("kinds narrow an export, and a correction is of its own kind and its target's") {
  Travelled travelled;

  CHECK(travelled.kinds({.kinds = {"release", "install"}}) ==
        Kinds{"release", "release", "install"});
  travelled.world.record("maker", void_of(travelled.regrade));
  CHECK(travelled.kinds({.kinds = {"chip.regrade"}}).size() == 2);
  CHECK(travelled.kinds({.kinds = {"correct.void"}}).size() == 1);
  CHECK(travelled.kinds({.product = "small", .kinds = {"correct.void"}}).size() == 1);
  CHECK(travelled.kinds({.product = "small", .kinds = {"release"}}).empty());
}

TEST_CASE("all that is asked must hold, and of one and the same chip") {
  Travelled travelled;

  CHECK(travelled.kinds({.product = "small", .site = "maker-site"}) == Kinds{"chip.regrade"});
  CHECK(travelled.kinds({.product = "small", .site = "northwind-site"}).empty());
  CHECK(travelled.kinds({.container = "carton", .site = "northwind-site"}) ==
        Kinds{"release", "accept", "unpack", "unpack"});
  CHECK(travelled.kinds({.chip = travelled.chips[0], .container = "carton", .kinds = {"unpack"}}) ==
        Kinds{"unpack", "unpack"});
  CHECK(travelled.kinds({.chip = travelled.chips[1], .container = "carton"}).empty());
  CHECK(travelled.kinds({.shipment = "S2", .container = "carton"}).empty());
  CHECK(travelled.kinds({.shipment = "S1", .product = "a1"}) == Kinds{"release", "accept"});
}

TEST_CASE("what was seen at a border is exported with what stood in the container") {
  Travelled travelled;
  World& world = travelled.world;
  const auto more = world.chips(1);
  world.record("maker", about("pack", more, {{"container", "crate"}}, "maker-site"));
  world.record("maker", {.kind = "release",
                         .body = {{"shipment", "S3"},
                                  {"receiver", "northwind"},
                                  {"destination", "northwind-site"},
                                  {"purpose", "sale"}},
                         .container = "crate"});
  world.record("maker",
               {.kind = "leg.handover",
                .body = {{"shipment", "S3"}, {"taker", "broker"}, {"place", "quay"}},
                .container = "crate"},
               {"broker"});
  world.record("gov", {.kind = "choke.checkin",
                       .body = {{"shipment", "S3"}, {"declared_count", 1}},
                       .container = "crate",
                       .site = "port"});
  world.record("gov", {.kind = "choke.inspect",
                       .body = {{"inspection", "I1"},
                                {"method", "scan"},
                                {"level", "mark"},
                                {"result", "conformant"}},
                       .container = "crate",
                       .site = "port"});

  CHECK(travelled.kinds({.product = "a1", .site = "port"}) ==
        Kinds{"choke.checkin", "choke.inspect"});
  CHECK(travelled.kinds({.container = "crate", .kinds = {"choke.inspect"}}).size() == 1);
  CHECK(travelled.kinds({.product = "small", .kinds = {"choke.inspect"}}).empty());
}

TEST_CASE("a container, product, site or kind that nobody knows is no empty document") {
  Travelled travelled;

  CHECK(travelled.refused({.container = "box"}) == "container box: not known");
  CHECK(travelled.refused({.product = "b2"}) == "product b2: not registered");
  CHECK(travelled.refused({.site = "nowhere"}) == "site nowhere: not registered");
  CHECK(travelled.refused({.kinds = {"shipping"}}) == "kind \"shipping\": no such kind of event");
}

TEST_CASE("what fits nothing is a valid document without events") {
  Travelled travelled;

  const Json made = travelled.document({.product = "small", .site = "port"});

  CHECK(made["epcisBody"]["eventList"] == Json::array());
  CHECK(travelled.count.statements == 0);
  CHECK(travelled.count.without == 0);
}
