// What every view does, wherever it is: this file is compiled once and run on files, and beside a
// server of PostgreSQL.

#include "registry/past_chips.hpp"
#include "registry/view/view.hpp"
#include "tests/registry/view/business.hpp"
#include "tests/registry/view/view_places.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

/// What became of every chip, as `each_state` tells it.
struct Told {
  RowN chip;
  Index32 from;
  Index32 to;
  ChipState state;
  friend bool operator==(const Told&, const Told&) = default;
};

std::vector<Told> history_in(Registry& registry) {
  must(registry.flush());
  std::vector<Told> all;
  must(registry.view()->each_state([&](RowN chip, Index32 from, Index32 to, const ChipState& now) {
    all.push_back({chip, from, to, now});
  }));
  return all;
}

}  // namespace

TEST_CASE("the view after recording, after a rebuild and after a reload are equal") {
  ViewPlaces places("registry-view");
  registry::RegistryOptions options{.view = places(), .flush_rows = 7};
  World world(options);
  do_business(world);
  const std::string recorded = whole_dump(world.registry());

  world.reopen(options);
  CHECK(world.registry().view_was_loaded());
  CHECK(whole_dump(world.registry()) == recorded);
  do_business(world);
  const std::string more = whole_dump(world.registry());

  must(world.registry().rebuild());
  CHECK(whole_dump(world.registry()) == more);
  world.reopen({.view = places("other")});
  CHECK_FALSE(world.registry().view_was_loaded());
  CHECK(whole_dump(world.registry()) == more);
  CHECK(more.find("\"table\":\"chip_state\"") != std::string::npos);
}

TEST_CASE("processes that save one view in any order never take it back or damage it") {
  ViewPlaces places("registry-two-savers");
  const registry::RegistryOptions options{.view = places(), .flush_rows = 1'000};
  World world(options);
  do_business(world);
  must(world.registry().flush());
  auto other_log = must(ledger::Log::open(world.store));
  auto other = must(registry::Registry::open(other_log, world.clock, options));
  REQUIRE(other.view_was_loaded());
  do_business(world);

  SUBCASE("one with less saves last") {
    must(world.registry().flush());
    must(other.flush());
  }
  SUBCASE("both have the same entries, each by its own reading") {
    must(other.catch_up());
    must(world.registry().flush());
    must(other.flush());
    must(world.registry().flush());
  }
  SUBCASE("one saves a part, another all of it, the first the rest") {
    must(other.catch_up());
    must(other.flush());
    do_business(world);
    must(world.registry().flush());
    must(other.catch_up());
    must(other.flush());
  }
  const std::string recorded = whole_dump(world.registry());

  world.reopen(options);

  CHECK(world.registry().view_was_loaded());
  CHECK(whole_dump(world.registry()) == recorded);
  must(world.registry().rebuild());
  CHECK(whole_dump(world.registry()) == recorded);
}

TEST_CASE("a view after much and rarer business, saved in any slices, is that of the log") {
  ViewPlaces places("registry-slices");
  World world({.view = places(), .flush_rows = 1});
  for (int day = 0; day < 4; ++day) {
    do_business(world);
    do_rarer_business(world);
    // Every statement, every few, and a day at once.
    world.reopen({.view = places(), .flush_rows = day == 0 ? 5U : 1'000U});
    REQUIRE(world.registry().view_was_loaded());
  }
  const std::string recorded = whole_dump(world.registry());
  world.reopen({.view = places()});
  CHECK(world.registry().view_was_loaded());
  CHECK(whole_dump(world.registry()) == recorded);
  world.reopen({.view = places("again")});
  CHECK(whole_dump(world.registry()) == recorded);
}

TEST_CASE("histories begin at making, have no gap, and end in the state that the chip is in") {
  ViewPlaces places("registry-histories");
  World world({.view = places()});
  do_business(world);
  must(world.registry().flush());
  do_rarer_business(world);
  const auto all = history_in(world.registry());
  const auto& tables = world.state().tables();
  REQUIRE_FALSE(all.empty());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool is_first = i == 0 || all[i - 1].chip != all[i].chip;
    const bool is_last = i + 1 == all.size() || all[i + 1].chip != all[i].chip;
    if (is_first) CHECK(all[i].from == tables.identities[all[i].chip].made);
    CHECK(all[i].to == (is_last ? no_index : all[i + 1].from));
    if (is_last) CHECK(all[i].state == tables.chips[all[i].chip]);
  }
}

TEST_CASE("one chip's states are those of the whole history, at every entry") {
  ViewPlaces places("registry-one-chip");
  World world({.view = places()});
  do_business(world);
  do_rarer_business(world);
  const auto all = history_in(world.registry());
  View& view = *world.registry().view();
  for (RowN chip = 0; chip < world.state().tables().chips.size(); ++chip) {
    for (Index32 size = 0; size <= world.state().size(); size += 7) {
      std::vector<ChipState> want;
      for (const Told& told : all) {
        if (told.chip == chip && told.from < size) want.insert(want.begin(), told.state);
      }
      const auto at = must(view.chip_at(chip, size));
      CHECK(at.has_value() == !want.empty());
      if (at && !want.empty()) CHECK(*at == want.front());
      CHECK(must(view.states_of(chip, size)) == want);
    }
  }
}

TEST_CASE("many chips at once are as each by itself") {
  ViewPlaces places("registry-many-chips");
  World world({.view = places()});
  do_business(world);
  do_rarer_business(world);
  must(world.registry().flush());
  View& view = *world.registry().view();
  const RowN count = world.state().tables().chips.size();
  std::vector<RowN> chips;
  for (RowN chip = 1; chip < count; chip += 2) chips.push_back(chip);
  for (Index32 size = 0; size <= world.state().size(); size += 11) {
    std::vector<std::pair<RowN, ChipState>> want;
    for (const RowN chip : chips) {
      if (const auto at = must(view.chip_at(chip, size))) want.emplace_back(chip, *at);
    }
    std::vector<std::pair<RowN, ChipState>> found;
    must(view.chips_at(
        chips, size, [&](RowN chip, const ChipState& state) { found.emplace_back(chip, state); }));
    CHECK(found == want);
  }
}

TEST_CASE("a view of another log is not taken, and not written to") {
  ViewPlaces places("registry-other-log");
  World one({.view = places("one")});
  do_business(one);
  must(one.registry().flush());
  World other;
  other.clock.advance_ms(1'000);
  do_business(other);
  do_business(other);
  other.reopen({.view = places("one")});  // takes its place
  CHECK_FALSE(other.registry().view_was_loaded());
  const std::string dump = whole_dump(other.registry());
  do_business(one);

  if (views_are_on_server()) CHECK_FALSE(one.registry().flush());
  one.reopen({});

  other.reopen({.view = places("one")});
  CHECK(other.registry().view_was_loaded());
  CHECK(whole_dump(other.registry()) == dump);
}
