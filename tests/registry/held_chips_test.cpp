// Which chips each party has, as sets that are changed and read in pages.

#include "registry/state/held_chips.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <random>
#include <set>

#include "ledger/crypto/sha256.hpp"
#include "registry/state/state.hpp"

using namespace muster;
using namespace muster::registry;

namespace {

/// The same by sets.
using Model = std::map<RowN, std::set<RowN>>;

std::vector<RowN> some(const std::set<RowN>& chips, RowN first, std::size_t most) {
  std::vector<RowN> list;
  for (auto at = chips.lower_bound(first); at != chips.end() && list.size() < most; ++at) {
    list.push_back(*at);
  }
  return list;
}

/// A state with chips, and statements that move them without a word.
struct Movers {
  Movers() {
    stream = state.tables().streams.add({.id = "a/b"});
    begin();
    const RowN block = state.add_block({.number = 1, .count = chips});
    for (RowN chip = 0; chip < chips; ++chip) {
      state.add_chip({.block = block, .ordinal = chip, .made = state.now_index()}, 0, 0);
    }
    state.end();
    state.commit();
  }

  void begin() {
    const std::uint64_t number = state.size() + 1;
    state.begin({.hash = crypto::sha256(std::to_string(number)),
                 .stream = stream,
                 .party = 0,
                 .number = number,
                 .accepted_ms = static_cast<std::int64_t>(number)});
  }

  /// Who has what, by the open rows of the custody table.
  [[nodiscard]] std::map<RowN, std::vector<RowN>> by_custody() const {
    std::map<RowN, std::set<RowN>> open;
    for (const Custody& row : state.tables().custody.rows()) {
      if (row.to_index == no_index) open[row.party].insert(row.chip);
    }
    std::map<RowN, std::vector<RowN>> had;
    for (const auto& [party, rows] : open) had[party] = {rows.begin(), rows.end()};
    return had;
  }
  [[nodiscard]] std::map<RowN, std::vector<RowN>> by_bitmaps() const {
    std::map<RowN, std::vector<RowN>> had;
    for (RowN party = 0; party < parties; ++party) {
      auto rows = state.held().some(party, 0, chips + 1);
      if (!rows.empty()) had[party] = std::move(rows);
    }
    return had;
  }

  static constexpr RowN chips = 20;
  static constexpr RowN parties = 3;
  State state{};
  RowN stream = no_row;
};

}  // namespace

TEST_CASE("what parties have is what was put and not taken, in any order") {
  std::mt19937 dice(7);
  const auto roll = [&](RowN below) { return static_cast<RowN>(dice() % below); };
  HeldChips held;
  Model model;
  for (int step = 0; step < 20'000; ++step) {
    const RowN party = roll(5);
    // Few that lie together, and few that lie far from each other.
    const RowN chip = roll(2) == 0 ? roll(300) : roll(50) * 1'000'003U;
    if (roll(3) != 0) {
      held.put(party, chip);
      model[party].insert(chip);
    } else {
      held.take(party, chip);
      model[party].erase(chip);
    }
    const RowN first = roll(400);
    const std::size_t most = roll(20);
    REQUIRE(held.count(party) == model[party].size());
    REQUIRE(held.has(party, chip) == model[party].contains(chip));
    REQUIRE(held.some(party, first, most) == some(model[party], first, most));
  }
}

TEST_CASE("pages one after the other are the whole, and a page of no party is empty") {
  HeldChips held;
  std::vector<RowN> all(100'000);
  for (RowN chip = 0; chip < all.size(); ++chip) {
    all[chip] = 3 * chip;
    held.put(4, 3 * chip);
  }

  std::vector<RowN> pages;
  for (auto page = held.some(4, 0, 777); !page.empty(); page = held.some(4, page.back() + 1, 777)) {
    pages.insert(pages.end(), page.begin(), page.end());
  }

  CHECK(pages == all);
  CHECK(held.some(3, 0, 10).empty());
  CHECK(held.some(5, 0, 10).empty());
  CHECK(held.count(5) == 0);
  CHECK_FALSE(held.has(99, 0));
}

TEST_CASE("a copy is another set") {
  HeldChips held;
  held.put(0, 1);

  HeldChips copy = held;
  copy.take(0, 1);
  copy.put(0, 2);

  CHECK(held.some(0, 0, 9) == std::vector<RowN>{1});
  CHECK(copy.some(0, 0, 9) == std::vector<RowN>{2});
  held = copy;
  CHECK(held.has(0, 2));
}

TEST_CASE("what was moved and taken back is had as before, at whichever site it was") {
  std::mt19937 dice(11);
  const auto roll = [&](RowN below) { return static_cast<RowN>(dice() % below); };
  Movers world;
  for (int round = 0; round < 2'000; ++round) {
    const auto before = world.by_bitmaps();
    const auto moves = 1 + roll(4);  // some of a chip that moved already, or within its party
    for (RowN move = 0; move < moves; ++move) {
      world.begin();
      const RowN chip = roll(Movers::chips);
      world.state.move(chip, roll(Movers::parties), roll(3));
      if (roll(4) == 0) world.state.pause_custody(chip), world.state.resume_custody(chip);
      world.state.end();
    }
    REQUIRE(world.by_bitmaps() == world.by_custody());
    if (roll(2) == 0) {
      world.state.commit();
      continue;
    }
    world.state.rollback();
    REQUIRE(world.by_bitmaps() == before);
    REQUIRE(world.by_bitmaps() == world.by_custody());
  }
}
