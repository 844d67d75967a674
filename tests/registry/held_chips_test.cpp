// Which chips each party has, as sets that are changed and read in pages.

#include "registry/state/held_chips.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <random>
#include <set>

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
