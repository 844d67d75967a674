// What went into packages against what came out, by the log alone, at any time.

#include "registry/balance/fab_balance.hpp"

#include "ledger/crypto/sha256.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

/// A maker that gets dice from its own fab and memory from a supplier.
struct Fab {
  Fab() {
    world.add_party("stacks", "US", {"fab"});
    world.record("maker", {.kind = "product.register",
                           .body = {{"product", "b2"},
                                    {"name", "Two Dice"},
                                    {"tpp", 9600},
                                    {"dies", 2},
                                    {"die_area_mm2", "1600"}}});
    lot("maker", "D1", "die", 100, 2);
    lot("stacks", "M1", "memory", 300);
    world.record("stacks", {.kind = "lot.move", .body = {{"lot", "M1"}, {"to", "maker-site"}}},
                 {"maker"});
  }
  void lot(const std::string& org, const std::string& id, const std::string& unit, int quantity,
           int wafers = 0) {
    Json body{{"lot", id}, {"product", "b2"}, {"quantity", quantity}, {"unit", unit}};
    if (wafers != 0) body["wafers"] = wafers;
    world.record(org, {.kind = "lot.create", .body = body, .site = org + "-site"});
  }
  /// Packages of so many dice and memory stacks; the statement's hash.
  Hash package(std::uint64_t block, std::size_t count, int dice, int memory) {
    world.record("maker", {.kind = "id.reserve",
                           .body = {{"block", static_cast<std::int64_t>(block)},
                                    {"count", static_cast<std::int64_t>(count)},
                                    {"product", "b2"},
                                    {"packager", "maker"}}});
    std::vector<ChipId> ids;
    for (std::size_t i = 0; i < count; ++i) {
      ids.push_back(ChipId::from_parts({.block = block, .ordinal = i, .random = 7}));
    }
    chips.insert(chips.end(), ids.begin(), ids.end());
    Json body{{"product", "b2"},
              {"inputs", Json::array({{{"lot", "D1"}, {"quantity", dice}},
                                      {{"lot", "M1"}, {"quantity", memory}}})}};
    return world.record("maker", about("chip.package", ids, body, "maker-site"));
  }
  FabBalance balance(const Window& period, const FabTerms& terms = {}) {
    const auto& tables = world.state().tables();
    return fab_balance(world.state(), tables.parties.find("maker"), tables.products.find("b2"),
                       period, terms);
  }
  FabBalance balance(const FabTerms& terms = {}) {
    return balance({Timestamp{0}, Timestamp{world.clock.now().ms + 1}}, terms);
  }

  World world;
  std::vector<ChipId> chips;
};

void check_identity(const FabBalance& balance) {
  for (const InputLine& line : balance.inputs) {
    const InputFigures& f = line.figures;
    CHECK(f.opening + f.created + f.received == f.given + f.used + f.scrapped + f.closing);
  }
}

}  // namespace

TEST_CASE("inputs come from own lots and from others', and go into packages, scrap and stock") {
  Fab fab;
  fab.package(1001, 20, 40, 160);
  fab.world.record("maker", {.kind = "lot.scrap",
                             .body = {{"lot", "D1"}, {"quantity", 5}, {"cause", "chipped"}}});
  const FabBalance balance = fab.balance({.per_package = {{"memory", 8}}});
  CHECK(balance.packages == 20);
  REQUIRE(balance.inputs.size() == 3);
  const InputLine& dice = balance.inputs[0];
  CHECK(dice.figures.created == 100);
  CHECK(dice.figures.used == 40);
  CHECK(dice.figures.scrapped == 5);
  CHECK(dice.figures.closing == 55);
  CHECK(dice.packages == 20);
  CHECK(dice.difference == 0);
  CHECK(dice.in_stock == 27);
  const InputLine& memory = balance.inputs[1];
  CHECK(memory.figures.created == 0);
  CHECK(memory.figures.received == 300);
  CHECK(memory.figures.sources.at("received").size() == 1);
  CHECK(memory.difference == 0);
  CHECK(balance.inputs[2].per_package == 0);
  check_identity(balance);
}

TEST_CASE("more stacks than the packages hold are packages that nobody registered") {
  Fab fab;
  fab.package(1001, 10, 20, 96);
  FabTerms terms{.per_package = {{"memory", 8}}};
  const FabBalance exact = fab.balance(terms);
  CHECK(exact.inputs[1].packages == 12);
  CHECK(exact.inputs[1].difference == -2);
  CHECK(exact.inputs[1].judgement.beyond);
  // With counts that are off by 10 % as a whole, 9.6 stacks or 1.2 packages, two are no sign.
  terms.balance.errors.methods = {{.method = "lot", .random = 0, .systematic = 0.1}};
  const FabBalance loose = fab.balance(terms);
  CHECK(loose.inputs[1].judgement.sigma == doctest::Approx(1.2));
  CHECK(loose.inputs[1].judgement.limit == doctest::Approx(1.97382).epsilon(1e-4));
  CHECK(loose.inputs[1].judgement.beyond);
  terms.balance.errors.false_alarm = 0.01;
  CHECK_FALSE(fab.balance(terms).inputs[1].judgement.beyond);
}

TEST_CASE("a period has what happened in it, and opens where the one before closed") {
  Fab fab;
  fab.package(1001, 10, 20, 80);
  const Timestamp middle{fab.world.clock.now().ms + 1};
  fab.world.clock.advance_ms(1000);
  fab.package(1002, 5, 10, 40);
  const Timestamp end{fab.world.clock.now().ms + 1};
  const FabBalance first = fab.balance({Timestamp{0}, middle});
  const FabBalance second = fab.balance({middle, end});
  CHECK(first.packages == 10);
  CHECK(second.packages == 5);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(second.inputs[i].figures.opening == first.inputs[i].figures.closing);
  }
  CHECK(second.inputs[1].figures.used == 40);
  check_identity(first);
  check_identity(second);
}

TEST_CASE("splits and merges are none of a balance's business, but what they scrap is") {
  Fab fab;
  fab.world.record("maker", {.kind = "lot.split",
                             .body = {{"lot", "D1"},
                                      {"quantity", 60},
                                      {"outputs", Json::array({{{"lot", "D2"}, {"quantity", 30}},
                                                               {{"lot", "D3"}, {"quantity", 28}}})},
                                      {"scrap", 2}}});
  fab.world.record("maker", {.kind = "lot.merge",
                             .body = {{"lot", "D4"},
                                      {"quantity", 57},
                                      {"inputs", Json::array({{{"lot", "D2"}, {"quantity", 30}},
                                                              {{"lot", "D3"}, {"quantity", 28}}})},
                                      {"scrap", 1}}});
  const FabBalance balance = fab.balance();
  CHECK(balance.inputs[0].figures.created == 100);
  CHECK(balance.inputs[0].figures.scrapped == 3);
  CHECK(balance.inputs[0].figures.closing == 97);
  check_identity(balance);
}

TEST_CASE("a packaging that was taken back gives its inputs back from then on") {
  Fab fab;
  const Hash wrong = fab.package(1001, 10, 20, 80);
  const Timestamp middle{fab.world.clock.now().ms + 1};
  fab.world.clock.advance_ms(1000);
  fab.world.record("maker", {.kind = "correct.void",
                             .body = {{"target", wrong.to_hex()}, {"reason", "never made"}}});
  const FabBalance now = fab.balance();
  CHECK(now.packages == 0);
  CHECK(now.inputs[0].figures.used == 0);
  CHECK(now.inputs[0].figures.closing == 100);
  CHECK(now.inputs[0].figures.sources.at("used").size() == 2);
  check_identity(now);
  // As the first period was told then, the dice were used.
  CHECK(fab.balance({Timestamp{0}, middle}).inputs[0].figures.closing == 80);
}

TEST_CASE("dice that fit on a wafer, and those that its lots name") {
  // 300 mm, 800 mm2: pi 22500 / 800 - pi 300 / 40 = 88.36 - 23.56.
  CHECK(gross_dice(800) == 64);
  CHECK(gross_dice(100) == 640);
  CHECK(gross_dice(70'000) == 0);
  Fab fab;
  const FabBalance plain = fab.balance();
  REQUIRE(plain.wafers);
  CHECK(plain.wafers->wafers == 2);
  CHECK(plain.wafers->gross_per_wafer == 0);
  FabTerms terms;
  terms.yield = 0.75;
  terms.yield_sigma = 0.05;
  const FabBalance judged = fab.balance(terms);
  CHECK(judged.wafers->gross_per_wafer == 64);
  CHECK(judged.wafers->expected == doctest::Approx(96.0));
  CHECK(judged.wafers->difference == 4);
  CHECK(judged.wafers->judgement.sigma == doctest::Approx(6.4));
  CHECK_FALSE(judged.wafers->judgement.beyond);
}

TEST_CASE("test insertions say who had the packages in hand") {
  Fab fab;
  fab.package(1001, 4, 8, 32);
  Draft test{.kind = "chip.test"};
  for (std::size_t i = 0; i < 3; ++i) test.chips.push_back({fab.chips[i], {{"pass", i != 0}}});
  fab.world.record("maker", test);
  Draft again{.kind = "chip.test"};
  again.chips.push_back({fab.chips[0], {{"pass", true}}});
  fab.world.record("maker", again);
  const FabBalance balance = fab.balance();
  CHECK(balance.tests.insertions == 4);
  CHECK(balance.tests.by_others == 0);
  CHECK(balance.tests.untested == 1);
  CHECK(balance.tests.sources.size() == 2);
}
