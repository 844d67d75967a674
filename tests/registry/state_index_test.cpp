// How rows are found by name and chips by holder, beside the same done with ordinary maps.

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "ledger/crypto/seeded_random.hpp"
#include "registry/state/contents.hpp"
#include "registry/state/table.hpp"

using namespace muster;
using namespace muster::registry;

namespace {

struct Named {
  std::string id{};
};

/// Few names, so that many are taken, freed and taken again.
std::string some_name(crypto::SeededRandom& random) {
  return "name " + std::to_string(random.below(300));
}

void check_same(const NamedTable<Named>& table, const std::map<std::string, RowN>& by_name) {
  for (std::uint64_t i = 0; i < 300; ++i) {
    const std::string name = "name " + std::to_string(i);
    const auto found = by_name.find(name);
    CHECK(table.find(name) == (found == by_name.end() ? no_row : found->second));
  }
}

/// Adds or renames a row, if the name is free.
void take_name(NamedTable<Named>& table, std::map<std::string, RowN>& by_name,
               crypto::SeededRandom& random) {
  const std::string name = some_name(random);
  if (by_name.contains(name)) return;
  const bool renames = table.size() > 0 && random.below(3) > 0;
  if (!renames) {
    by_name.emplace(name, table.add({.id = name}));
    return;
  }
  const auto row = static_cast<RowN>(random.below(table.size()));
  by_name.erase(table[row].id);
  table.rename(row, name);
  by_name.emplace(name, row);
}

}  // namespace

TEST_CASE("rows are found by their names, renamed, taken back and added again") {
  crypto::SeededRandom random("names");
  NamedTable<Named> table;
  std::map<std::string, RowN> by_name;
  for (int batch = 0; batch < 200; ++batch) {
    const auto before = by_name;
    for (int i = 0; i < 20; ++i) take_name(table, by_name, random);
    check_same(table, by_name);
    if (random.below(2) == 0) {
      table.commit();
    } else {
      const auto nothing = [](const auto&...) {};
      table.rollback(table.committed(), nothing, nothing);
      by_name = before;
    }
    check_same(table, by_name);
  }
  CHECK(table.size() > 50);
}

TEST_CASE("a chip is in the holder that it was put into last, and in no other") {
  constexpr std::uint64_t holders = 20;
  constexpr std::uint64_t chips = 200;
  crypto::SeededRandom random("holders");
  Contents contents;
  std::map<RowN, RowN> holder_of;
  for (int i = 0; i < 5'000; ++i) {
    const auto chip = static_cast<RowN>(random.below(chips));
    const auto there = holder_of.find(chip);
    if (there != holder_of.end()) {
      contents.take_out(there->second, chip);
      holder_of.erase(there);
    } else {
      const auto holder = static_cast<RowN>(random.below(holders));
      contents.put_in(holder, chip);
      holder_of.emplace(chip, holder);
    }
    if (i % 100 != 0) continue;
    for (RowN holder = 0; holder <= holders; ++holder) {
      std::multiset<RowN> got;
      contents.each(holder, [&](RowN one) { got.insert(one); });
      std::multiset<RowN> want;
      for (const auto& [one, in] : holder_of) {
        if (in == holder) want.insert(one);
      }
      CHECK(got == want);
    }
  }
}
