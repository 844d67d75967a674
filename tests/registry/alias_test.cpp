// Names of chips beside their ids: who may give them, whom they lead to, and that they are found
// again after every correction, rollback and reload.

#include "registry/alias.hpp"

#include "registry/dump.hpp"
#include "tests/registry/support/correction.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

const std::string sgtin = "urn:epc:id:sgtin:4012345.011111.9876";
const std::string sgtin_link = "https://id.gs1.org/01/04012345111118/21/9876";

struct AliasedChip {
  ChipId chip;
  Json columns;
};

/// `count` ids of a new block of `maker`'s product `product`.
std::vector<ChipId> reserved(World& world, std::uint64_t block, std::size_t count,
                             const std::string& maker = "maker",
                             const std::string& product = "a1") {
  world.record(
      maker,
      {.kind = "id.reserve",
       .body = {{"block", block}, {"count", count}, {"product", product}, {"packager", maker}}});
  std::vector<ChipId> ids;
  for (std::size_t i = 0; i < count; ++i) {
    ids.push_back(ChipId::from_parts({.block = block, .ordinal = i, .random = i}));
  }
  return ids;
}

Draft package(const std::vector<AliasedChip>& items, const std::string& site = "maker-site",
              const std::string& product = "a1") {
  Draft draft{.kind = "chip.package", .body = {{"product", product}}, .site = site};
  for (const AliasedChip& item : items) draft.chips.push_back({item.chip, item.columns});
  return draft;
}

/// The ids of the chips that `text` may mean.
std::vector<ChipId> called(const World& world, const std::string& text) {
  std::vector<ChipId> chips;
  for (const AliasReading& reading : alias_readings(text)) {
    for (const RowN row : world.state().named(reading.name)) {
      chips.push_back(world.state().chip_id(world.state().tables().aliases[row].chip));
    }
  }
  return chips;
}

using Chips = std::vector<ChipId>;

std::string dump_of(const State& state) {
  std::string text;
  dump_tables(state.tables(), [&](std::string_view line) { text += std::string(line) + "\n"; });
  return text;
}

/// Another designer and packager, with a product "b1".
void add_rival(World& world) {
  world.add_party("rival", "US", {"designer", "packager", "fab", "test_house"});
  world.record("rival", {.kind = "product.register",
                         .body = {{"product", "b1"}, {"name", "B1"}, {"tpp", 5'000}}});
}

}  // namespace

TEST_CASE("a chip is found by its serial, its ECID and its GS1 key in every spelling") {
  World world;
  const auto ids = reserved(world, 70, 2);
  world.record("maker", package({{ids[0], {{"serial", "SN-1"}, {"ecid", "00ff"}, {"gs1", sgtin}}},
                                 {ids[1], {{"serial", "SN-2"}}}}));

  CHECK(called(world, "SN-1") == Chips{ids[0]});
  CHECK(called(world, "serial:SN-1") == Chips{ids[0]});
  CHECK(called(world, "SN-2") == Chips{ids[1]});
  CHECK(called(world, "00FF") == Chips{ids[0]});
  CHECK(called(world, "ecid:00ff") == Chips{ids[0]});
  CHECK(called(world, sgtin) == Chips{ids[0]});
  CHECK(called(world, sgtin_link) == Chips{ids[0]});
  CHECK(called(world, "https://shop.example/01/04012345111118/21/9876?x=1") == Chips{ids[0]});
  CHECK(called(world, "sn-1").empty());
  CHECK(called(world, "serial:00ff").empty());
  CHECK(called(world, "SN-").empty());
  CHECK(called(world, std::string(501, 'x')).empty());
}

TEST_CASE("a serial belongs to one chip of a maker, a GS1 key to one chip at all") {
  World world;
  add_rival(world);
  const auto ids = reserved(world, 70, 4);
  const auto others = reserved(world, 80, 2, "rival", "b1");
  world.record("maker", package({{ids[0], {{"serial", "SN-1"}, {"ecid", "0a"}, {"gs1", sgtin}}}}));
  const auto refused = [&](const Json& columns) {
    return world.rule("maker", package({{ids[1], columns}}));
  };

  CHECK(refused({{"serial", "SN-1"}}) == "alias.taken");
  CHECK(refused({{"ecid", "0a"}}) == "alias.taken");
  CHECK(refused({{"gs1", sgtin_link}}) == "alias.taken");
  CHECK(world.rule("maker", package({{ids[1], {{"serial", "SN-2"}}},
                                     {ids[2], {{"serial", "SN-2"}}}})) == "alias.taken");
  CHECK(world.rule("rival", package({{others[0], {{"gs1", sgtin}}}}, "rival-site", "b1")) ==
        "alias.taken");
  // Every maker counts by itself, and the same text may be another kind of name.
  world.record("rival", package({{others[0], {{"serial", "SN-1"}}}}, "rival-site", "b1"));
  world.record("maker", package({{ids[1], {{"serial", "0a"}}}}));
  CHECK(called(world, "SN-1") == Chips{ids[0], others[0]});
  CHECK(called(world, "0a") == Chips{ids[1], ids[0]});
}

TEST_CASE("a GS1 key of a chip names one thing") {
  World world;
  const auto ids = reserved(world, 70, 1);
  for (const char* uri :
       {"urn:epc:idpat:sgtin:4012345.011111.*", "https://id.gs1.org/01/04012345111118",
        "https://id.gs1.org/01/04012345111118/10/LOT", "https://id.gs1.org/00/340123450000000000",
        "urn:maker:serial:77", "SN-1", "https://id.gs1.org/8010/4012345ABC"}) {
    CAPTURE(uri);
    CHECK(world.rule("maker", package({{ids[0], {{"gs1", uri}}}})) == "alias.form");
  }
  world.record("maker", package({{ids[0], {{"gs1", "urn:epc:id:giai:4012345.AB12"}}}}));
  CHECK(called(world, "https://id.gs1.org/8004/4012345AB12") == Chips{ids[0]});
}

TEST_CASE("a lot by manifest names its chips too, and a lot without names costs no row") {
  World world;
  const auto ids = reserved(world, 70, 100);
  std::vector<AliasedChip> items;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    items.push_back({ids[i], {{"serial", "L-" + std::to_string(i)}}});
  }
  world.record("maker", package(items));
  CHECK(called(world, "L-99") == Chips{ids[99]});
  CHECK(world.state().tables().aliases.size() == 100);
  world.packaged(100);
  CHECK(world.state().tables().aliases.size() == 100);
}

TEST_CASE("a serial that is mended is found by the new one, and the old one is free") {
  World world;
  const auto ids = reserved(world, 70, 3);
  const Hash packaged = world.record(
      "maker", package({{ids[0], {{"serial", "SN-1O"}}}, {ids[1], {{"serial", "B"}}}}));
  Json event = text_of(world, packaged);
  event["body"]["items"][0]["serial"] = "SN-10";
  const Hash mended = world.record("maker", replacement(world, packaged, event));

  CHECK(called(world, "SN-10") == Chips{ids[0]});
  CHECK(called(world, "SN-1O").empty());
  CHECK(called(world, "B") == Chips{ids[1]});
  event["body"]["items"][0]["serial"] = "B";
  CHECK(world.rule("maker", replacement(world, packaged, event)) == "alias.taken");
  world.record("maker", package({{ids[2], {{"serial", "C"}}}}));
  event["body"]["items"][0]["serial"] = "C";
  CHECK(world.rule("maker", replacement(world, packaged, event)) == "alias.taken");
  // Two chips of one statement may change theirs with each other.
  event["body"]["items"][0]["serial"] = "B";
  event["body"]["items"][1]["serial"] = "SN-10";
  const Hash swapped = world.record("maker", replacement(world, packaged, event));
  CHECK(called(world, "B") == Chips{ids[0]});
  CHECK(called(world, "SN-10") == Chips{ids[1]});

  // What is taken back leaves what stood before it.
  world.record("maker", void_of(swapped));
  CHECK(called(world, "SN-10") == Chips{ids[0]});
  CHECK(called(world, "B") == Chips{ids[1]});
  world.record("maker", void_of(mended));
  CHECK(called(world, "SN-1O") == Chips{ids[0]});
  CHECK(called(world, "SN-10").empty());
}

TEST_CASE("an older mending that is taken back leaves the newer one alone") {
  World world;
  const auto ids = reserved(world, 70, 1);
  const Hash packaged = world.record("maker", package({{ids[0], {{"serial", "A"}}}}));
  Json event = text_of(world, packaged);
  event["body"]["items"][0]["serial"] = "B";
  const Hash first = world.record("maker", replacement(world, packaged, event));
  event["body"]["items"][0]["serial"] = "C";
  world.record("maker", replacement(world, packaged, event));
  world.record("maker", void_of(first));

  CHECK(called(world, "C") == Chips{ids[0]});
  CHECK(called(world, "A").empty());
  CHECK(called(world, "B").empty());
}

TEST_CASE("a name that somebody took meanwhile comes back as a finding, not as a refusal") {
  World world;
  const auto ids = reserved(world, 70, 2);
  const Hash packaged = world.record("maker", package({{ids[0], {{"serial", "A"}}}}));
  Json event = text_of(world, packaged);
  event["body"]["items"][0]["serial"] = "B";
  const Hash mended = world.record("maker", replacement(world, packaged, event));
  world.record("maker", package({{ids[1], {{"serial", "A"}}}}));
  world.record("maker", void_of(mended));

  CHECK(called(world, "A") == Chips{ids[0], ids[1]});
  CHECK(world.state().tables().findings.rows().back().code == "alias.doubled");
}

TEST_CASE("whoever has the chip signs every mending of its serial, also the second one") {
  World world;
  const auto ids = reserved(world, 70, 1);
  const Hash packaged = world.record("maker", package({{ids[0], {{"serial", "A"}}}}));
  Draft test{.kind = "chip.test"};
  test.chips = {{ids[0], {{"pass", true}}}};
  world.record("maker", test);
  Json event = text_of(world, packaged);
  event["body"]["items"][0]["serial"] = "B";
  const Hash mended = world.record("maker", replacement(world, packaged, event));
  world.deliver("maker", "dealer", ids);
  event["body"]["items"][0]["serial"] = "C";

  CHECK(world.rule("maker", replacement(world, mended, event)) == "correct.second_party");
  world.record("maker", replacement(world, mended, event), {"dealer"});
  CHECK(called(world, "C") == ids);
}

TEST_CASE("one serial of a lot is mended without a word of who has the other chips") {
  World world;
  const auto ids = reserved(world, 70, 2);
  const Hash packaged = world.record(
      "maker", package({{ids[0], {{"serial", "L-0"}}}, {ids[1], {{"serial", "L-1"}}}}));
  Draft test{.kind = "chip.test"};
  for (const ChipId& id : ids) test.chips.push_back({id, {{"pass", true}}});
  world.record("maker", test);
  world.deliver("maker", "dealer", {ids[0]});
  Json event = text_of(world, packaged);

  event["body"]["items"][1]["serial"] = "SN-1";
  const Hash mended = world.record("maker", replacement(world, packaged, event));
  CHECK(called(world, "SN-1") == Chips{ids[1]});
  // Also where a mending is mended in its turn.
  event["body"]["items"][1]["serial"] = "SN-2";
  world.record("maker", replacement(world, mended, event));
  event["body"]["items"][0]["serial"] = "SN-0";
  CHECK(world.rule("maker", replacement(world, packaged, event)) == "correct.second_party");
}

TEST_CASE("a mending that would undo an earlier one of a delivered chip wants its custodian") {
  World world;
  const auto ids = reserved(world, 70, 2);
  const Hash packaged =
      world.record("maker", package({{ids[0], {{"serial", "A"}}}, {ids[1], {{"serial", "B"}}}}));
  Draft test{.kind = "chip.test"};
  for (const ChipId& id : ids) test.chips.push_back({id, {{"pass", true}}});
  world.record("maker", test);
  Json event = text_of(world, packaged);
  event["body"]["items"][0]["serial"] = "A1";
  world.record("maker", replacement(world, packaged, event));
  world.deliver("maker", "dealer", {ids[0]});

  // The first text of it is not what the chip is called now.
  event["body"]["items"][0]["serial"] = "A";
  event["body"]["items"][1]["serial"] = "B1";
  CHECK(world.rule("maker", replacement(world, packaged, event)) == "correct.second_party");
  event["body"]["items"][0].erase("serial");
  CHECK(world.rule("maker", replacement(world, packaged, event)) == "correct.second_party");
  event["body"]["items"][0]["serial"] = "A1";
  world.record("maker", replacement(world, packaged, event));
  CHECK(called(world, "A1") == Chips{ids[0]});
  CHECK(called(world, "B1") == Chips{ids[1]});
}

TEST_CASE("a name that two chips came to bear does not keep a third from being mended") {
  World world;
  const auto ids = reserved(world, 70, 3);
  const Hash packaged = world.record(
      "maker", package({{ids[0], {{"serial", "A"}}}, {ids[1], {{"serial", "SN-1O"}}}}));
  // The first chip loses its serial, another takes it, and the loss is taken back.
  Json event = text_of(world, packaged);
  event["body"]["items"][0]["serial"] = "B";
  const Hash mistaken = world.record("maker", replacement(world, packaged, event));
  world.record("maker", package({{ids[2], {{"serial", "A"}}}}));
  world.record("maker", void_of(mistaken));
  REQUIRE(called(world, "A") == Chips{ids[0], ids[2]});

  event["body"]["items"][0]["serial"] = "A";
  event["body"]["items"][1]["serial"] = "SN-10";
  world.record("maker", replacement(world, packaged, event));
  CHECK(called(world, "SN-10") == Chips{ids[1]});
  // What the second chip does not bear yet is a claim.
  event["body"]["items"][0]["serial"] = "C";
  event["body"]["items"][1]["serial"] = "A";
  CHECK(world.rule("maker", replacement(world, packaged, event)) == "alias.taken");
}

TEST_CASE("the names of a chip that never was are free again") {
  World world;
  const auto ids = reserved(world, 70, 2);
  const Hash packaged = world.record("maker", package({{ids[0], {{"serial", "A"}}}}));
  world.record("maker", void_of(packaged));
  CHECK(called(world, "A").empty());
  world.record("maker", package({{ids[1], {{"serial", "A"}}}}));
  CHECK(called(world, "A") == Chips{ids[1]});
}

TEST_CASE("a serial that turns up a second time at a border is written down, and is a finding") {
  World world;
  const auto ids = reserved(world, 70, 1);
  world.record("maker", package({{ids[0], {{"serial", "A"}}}}));
  world.record("gov",
               {.kind = "id.reserve",
                .body = {{"block", 90}, {"count", 3}, {"product", "a1"}, {"packager", "gov"}}});
  const auto turn_up = [&](std::uint64_t ordinal, const Json& columns) {
    Draft draft{.kind = "choke.register",
                .body = {{"product", "a1"}, {"provenance", "unknown"}, {"presenter", "dealer"}},
                .site = "port"};
    const auto id = ChipId::from_parts({.block = 90, .ordinal = ordinal, .random = 1});
    draft.chips = {{id, columns}};
    world.record("gov", draft);
    return id;
  };
  const auto& findings = world.state().tables().findings;
  const ChipId second = turn_up(0, {{"serial", "A"}, {"marks", "crown"}});
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].code == "alias.doubled");
  CHECK(world.state().party_name(findings[0].party) == "dealer");
  CHECK(called(world, "A") == Chips{ids[0], second});
  // Marks are what somebody read: any number of chips may bear one.
  const ChipId third = turn_up(1, {{"marks", "crown"}});
  CHECK(findings.size() == 1);
  CHECK(called(world, "mark:crown") == Chips{second, third});
}

TEST_CASE("names are the same after a rollback, a reload and a replay") {
  const Folder folder("registry-alias");
  const RegistryOptions options{.view = folder.path() / "view.db"};
  World world(options);
  const auto ids = reserved(world, 70, 3);
  const Hash packaged = world.record(
      "maker", package({{ids[0], {{"serial", "A"}, {"gs1", sgtin}}}, {ids[1], {{"serial", "B"}}}}));
  Json event = text_of(world, packaged);
  event["body"]["items"][0]["serial"] = "C";
  world.record("maker", replacement(world, packaged, event));
  const std::string before = dump_of(world.state());
  // Refused behind an effect of its own: what the batch did is rolled back.
  CHECK(world.rule("maker", package({{ids[2], {{"serial", "C"}}}})) == "alias.taken");
  CHECK(dump_of(world.state()) == before);

  world.reopen(options);
  CHECK(world.registry().view_was_loaded());
  CHECK(dump_of(world.state()) == before);
  world.reopen({});
  CHECK(dump_of(world.state()) == before);
  CHECK(called(world, "C") == Chips{ids[0]});
  CHECK(called(world, sgtin) == Chips{ids[0]});
  CHECK(called(world, "A").empty());
}
