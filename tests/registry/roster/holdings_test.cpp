// Rosters and frames by whatever a chip can be selected by, now, at an earlier entry and in a
// window; and that rosters, books, chips and a replay tell the same.

#include "registry/holdings/holdings.hpp"

#include <algorithm>

#include "registry/holdings/roster_compare.hpp"
#include "registry/roster.hpp"
#include "registry/state_root.hpp"
#include "registry/view/view.hpp"
#include "tests/registry/support/correction.hpp"
#include "tests/registry/support/keys.hpp"
#include "tests/registry/view/view_places.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

/// A world whose history is kept in a view.
struct ViewWorld {
  explicit ViewWorld(const std::string& name) : places(name), world({.view = places()}) {}

  std::vector<Holding> now(const Selection& selection) {
    return must(holdings_at(world.state(), view(), selection, world.state().size()));
  }
  std::vector<Holding> at(const Selection& selection, Index32 size) {
    return must(holdings_at(world.state(), view(), selection, size));
  }
  std::vector<Holding> in(const Selection& selection, const Window& window) {
    return must(holdings_in(world.state(), *view(), selection, window, world.state().size()));
  }
  View* view() {
    must(world.registry().flush());
    return world.registry().view();
  }

  ViewPlaces places;
  World world;
};

std::vector<ChipId> ids_of(const std::vector<Holding>& holdings) {
  std::vector<ChipId> ids;
  for (const Holding& held : holdings) ids.push_back(held.chip);
  return ids;
}

std::vector<ChipId> sorted(std::vector<ChipId> ids) {
  std::ranges::sort(ids);
  return ids;
}

}  // namespace

TEST_CASE("a roster takes the chips of which everything that is asked for holds") {
  ViewWorld view("holdings");
  World& world = view.world;
  const auto chips = world.chips(4);
  world.deliver("maker", "northwind", {chips[0], chips[1]});
  world.deliver("maker", "southwind", {chips[2]});

  CHECK(ids_of(view.now({.custodian = "northwind"})) == sorted({chips[0], chips[1]}));
  CHECK(ids_of(view.now({.site = "southwind-site"})) == std::vector{chips[2]});
  CHECK(ids_of(view.now({.country = "US"})) == sorted({chips[0], chips[1], chips[3]}));
  CHECK(ids_of(view.now({.custodian = "maker", .country = "US"})) == std::vector{chips[3]});
  CHECK(view.now({.custodian = "maker", .country = "SG"}).empty());
  CHECK(view.now({}).size() == 4);
  CHECK(view.now({.product = "a1"}).size() == 4);
  CHECK(totals_of(view.now({.country = "US"})) == HoldingTotals{.count = 3, .tpp = 3 * 4800});
}

TEST_CASE("what nobody registered is named, instead of an empty roster") {
  ViewWorld view("holdings-unknown");
  for (const Selection& selection :
       {Selection{.custodian = "nobody"}, Selection{.owner = "nobody"},
        Selection{.tenant = "nobody"}, Selection{.site = "nowhere"}, Selection{.country = "XX"},
        Selection{.model = "none"}, Selection{.product = "none"}}) {
    const auto result =
        holdings_at(view.world.state(), view.view(), selection, view.world.state().size());
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::not_found);
  }
}

TEST_CASE("chips of a model are those of its products") {
  ViewWorld view("holdings-model");
  World& world = view.world;
  world.record(
      "maker",
      {.kind = "product.register",
       .body = {{"product", "b1"}, {"name", "Another"}, {"tpp", 100}, {"model", "h100-sxm"}}});
  world.record("maker",
               {.kind = "id.reserve",
                .body = {{"block", 77}, {"count", 1}, {"product", "b1"}, {"packager", "maker"}}});
  const ChipId chip = ChipId::from_parts({.block = 77, .ordinal = 0, .random = 1});
  world.record("maker", about("chip.package", {chip}, {{"product", "b1"}}, "maker-site"));
  static_cast<void>(world.chips(2));

  CHECK(ids_of(view.now({.model = "h100-sxm"})) == std::vector{chip});
  CHECK(view.now({.model = "h100-sxm", .product = "a1"}).empty());
}

TEST_CASE("whoever stands behind a party by its parents is a beneficial owner of what it owns") {
  ViewWorld view("holdings-owner");
  World& world = view.world;
  for (const auto& [party, parent] :
       {std::pair{"daughter", "northwind"}, std::pair{"granddaughter", "daughter"}}) {
    world.record("registrar",
                 {.kind = "org.register",
                  .body = {{"party", party},
                           {"name", party},
                           {"country", "US"},
                           {"roles", {"packager", "designer", "fab", "test_house"}},
                           {"key", public_of(world, party)},
                           {"parent", parent}}},
                 {party});
    world.record(party, {.kind = "site.register",
                         .body = {{"site", std::string(party) + "-site"},
                                  {"name", party},
                                  {"country", "US"},
                                  {"kind", "fab"}}});
  }
  world.record(
      "maker",
      {.kind = "id.reserve",
       .body = {{"block", 78}, {"count", 1}, {"product", "a1"}, {"packager", "granddaughter"}}});
  const ChipId chip = ChipId::from_parts({.block = 78, .ordinal = 0, .random = 1});
  world.record("granddaughter",
               about("chip.package", {chip}, {{"product", "a1"}}, "granddaughter-site"));
  static_cast<void>(world.chips(1));  // the maker's

  CHECK(ids_of(view.now({.owner = "granddaughter"})) == std::vector{chip});
  CHECK(ids_of(view.now({.owner = "northwind"})) == std::vector{chip});
  CHECK(view.now({.custodian = "northwind"}).empty());
  CHECK(view.now({.owner = "southwind"}).empty());
}

TEST_CASE("a roster of an earlier entry has what was known then, and what left since") {
  ViewWorld view("holdings-past");
  World& world = view.world;
  const auto chips = world.chips(2);
  const Index32 before = world.state().size();
  world.deliver("maker", "northwind", chips);
  const Index32 between = world.state().size();
  world.deliver("northwind", "dealer", {chips[0]});
  world.record("northwind", about("retire", {chips[1]}, {{"cause", "c"}}));
  world.record("northwind",
               about("destroy", {chips[1]}, {{"method", "m"}, {"place", "p"}}, "northwind-site"),
               {"witness"});

  CHECK(view.at({.custodian = "northwind"}, before).empty());
  CHECK(ids_of(view.at({.custodian = "northwind"}, between)) == sorted(chips));
  CHECK(view.now({.custodian = "northwind"}).empty());
  CHECK(view.now({}).size() == 1);
}

TEST_CASE("a frame has every chip that fitted at any index of the window, with its time") {
  ViewWorld view("frame");
  World& world = view.world;
  const auto chips = world.chips(3);
  world.deliver("maker", "northwind", {chips[0], chips[1]});
  world.clock.advance_ms(3'600'000);
  const Window window{Timestamp{world.clock.now().ms},
                      Timestamp{world.clock.now().ms + 86'400'000}};
  world.clock.advance_ms(3'600'000 - 1000);
  world.deliver("northwind", "dealer", {chips[1]});  // accepted two seconds later
  world.deliver("maker", "northwind", {chips[2]});

  const auto frame = view.in({.custodian = "northwind"}, window);

  REQUIRE(ids_of(frame) == sorted(chips));
  for (const Holding& held : frame) {
    const bool sold = held.chip == chips[1];
    if (sold) CHECK(held.held_ms == 3'600'000 + 1000);
    if (held.chip == chips[0]) CHECK(held.held_ms == 86'400'000);
    if (held.chip == chips[2]) CHECK(held.held_ms == 86'400'000 - 3'600'000 - 3000);
  }
  CHECK(chip_days(totals_of(frame).held_ms) == "1.999976851");
}

TEST_CASE("chip-days are exact where they end, and cut off after nine places") {
  CHECK(chip_days(0) == "0");
  CHECK(chip_days(86'400'000) == "1");
  CHECK(chip_days(43'200'000) == "0.5");
  CHECK(chip_days(86'400'000ULL * 1000 + 864) == "1000.00001");
  CHECK(chip_days(1) == "0.000000011");
}

TEST_CASE("the frame of a Prover is the one that its freezes are held to, chip by chip") {
  ViewWorld view("frame-equal");
  World& world = view.world;
  const auto chips = world.chips(6);
  const Timestamp from = world.clock.now();
  for (std::size_t i = 0; i < 6; ++i) {
    world.deliver("maker", i % 2 == 0 ? "northwind" : "southwind", {chips[i]});
    world.clock.advance_ms(1'234'567 * static_cast<std::int64_t>(i));
    if (i % 3 == 0) world.deliver(i % 2 == 0 ? "northwind" : "southwind", "dealer", {chips[i]});
  }
  for (const Window& window : {Window{from, {from.ms + 4'000'000}},
                               Window{{from.ms + 4'000'000}, {from.ms + 90'000'000}}}) {
    for (const char* party : {"maker", "dealer", "northwind", "southwind"}) {
      const auto told = must(frame(world.state(), PartyId::parse(party).value(), window));
      const auto held = view.in({.custodian = party}, window);
      REQUIRE(told.lines.size() == held.size());
      for (std::size_t i = 0; i < held.size(); ++i) {
        CHECK(told.lines[i].chip == held[i].chip);
        CHECK(told.lines[i].held_ms == held[i].held_ms);
        CHECK(told.lines[i].site == held[i].site);
      }
    }
  }
}

TEST_CASE("rosters, books, chips and a replay tell the same at every entry, corrections included") {
  ViewWorld view("compare");
  World& world = view.world;
  const auto chips = world.chips(5);
  const Hash released = world.release("maker", "northwind", "S1", {chips[0], chips[1]});
  const Hash accepted = world.accept("northwind", "S1", released, {chips[0]});
  world.record("northwind", void_of(accepted), {"maker"});
  world.accept("northwind", "S1", released, {chips[0], chips[1]});
  world.record("northwind", about("loss.declare", {chips[1]}, {{"circumstances", "c"}}));
  world.record("gov", about("scope.exit", {chips[2]}, {{"basis", "b"}}));
  world.record("maker", about("retire", {chips[3]}, {{"cause", "c"}}));
  world.record("maker",
               about("destroy", {chips[3]}, {{"method", "m"}, {"place", "p"}}, "maker-site"),
               {"witness"});

  View& kept = *view.view();
  for (Index32 size = world.state().size() - 12; size <= world.state().size(); ++size) {
    const auto result = must(compare_rosters(world.state(), kept, world.store, size));
    CHECK_MESSAGE(result.agrees(), "after " << size << " entries");
    std::uint64_t sum = 0;
    for (const RosterCount& count : result.counts) sum += count.roster;
    CHECK(sum == view.at({}, size).size());
    for (const RowN party : custodians(world.state(), size)) {
      const std::string name = world.state().party_name(party);
      CHECK(custodian_record(world.state(), party, size).count ==
            view.at({.custodian = name}, size).size());
    }
  }
}

TEST_CASE("a frame of any selection says which chips are not there any more, and since when") {
  ViewWorld view("holdings-left");
  World& world = view.world;
  const auto chips = world.chips(4);
  world.deliver("maker", "northwind", chips);
  const Timestamp from = world.clock.now();
  world.clock.advance_ms(1'000);
  world.deliver("northwind", "southwind", {chips[0], chips[1], chips[2]});
  const Index32 gone = world.chip(chips[0]).last;
  world.clock.advance_ms(1'000);
  world.deliver("southwind", "northwind", {chips[1]});
  world.clock.advance_ms(1'000);
  const Window window{from, world.clock.now()};
  world.deliver("southwind", "northwind", {chips[2]});  // after the window, and before it is asked

  const auto left = [&](const Selection& selection, const ChipId& chip) {
    const auto frame = view.in(selection, window);
    const auto line = std::ranges::find(frame, chip, &Holding::chip);
    REQUIRE(line != frame.end());
    return line->left;
  };
  for (const Selection& selection : {Selection{.site = "northwind-site"},
                                     Selection{.custodian = "northwind", .country = "US"}}) {
    CHECK(left(selection, chips[0]) == gone);
    for (std::size_t i = 1; i < 4; ++i) CHECK(left(selection, chips[i]) == no_index);
  }
  CHECK(left({.country = "SG"}, chips[0]) == no_index);
  CHECK(left({.country = "SG"}, chips[2]) == world.chip(chips[2]).last);
  CHECK(left({.product = "a1"}, chips[0]) == no_index);
}
