// A book over a period: every chip that came or went stands in one line, with the entry that says
// so, and the lines make up the figures.

#include "registry/balance/material_balance.hpp"

#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"
#include "registry/balance/shipment_difference.hpp"
#include "registry/products_at.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

RowN party(const World& world, const std::string& id) {
  return world.state().tables().parties.find(id);
}

Window whole_time(World& world) { return {Timestamp{0}, Timestamp{world.clock.now().ms + 1000}}; }

MaterialBalance balance_of(const State& state, const BookScope& scope, const Window& period,
                           const BalanceTerms& terms) {
  return must(material_balance(state, scope, period, terms));
}

MaterialBalance book_of(World& world, const std::string& id, const BalanceTerms& terms = {}) {
  return balance_of(world.state(), {.party = party(world, id)}, whole_time(world), terms);
}

/// "in accept maker 3", one for each line.
std::vector<std::string> texts(const World& world, const MaterialBalance& balance) {
  std::vector<std::string> list;
  for (const BalanceLine& line : balance.lines) {
    list.push_back((line.increase ? "in " : "out ") + line.method + " " +
                   world.state().party_name(line.counterpart) + " " + std::to_string(line.chips));
  }
  return list;
}

/// The lines make up the figures, and the sources the lines.
void check_sums(const MaterialBalance& balance) {
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  for (const BalanceLine& line : balance.lines) {
    (line.increase ? in : out) += line.chips;
    std::int64_t items = 0;
    for (const Source& source : line.sources) items += source.items;
    CHECK(items == static_cast<std::int64_t>(line.chips));
  }
  const BookFigures& figures = balance.figures;
  CHECK(in == figures.increases);
  CHECK(out == figures.decreases);
  CHECK(figures.opening + figures.increases == figures.closing + figures.decreases);
}

void destroy(World& world, const ChipId& chip, const std::string& org) {
  world.record(org, about("retire", {chip}, {{"cause", "worn"}}));
  world.record(org, about("destroy", {chip}, {{"method", "m"}, {"place", "p"}}, org + "-site"),
               {"witness"});
}

}  // namespace

TEST_CASE("every way in and out has its line, with who had the chips and the entries") {
  World world;
  const auto chips = world.chips(6);
  world.deliver("maker", "northwind", {chips[0], chips[1], chips[2]});
  world.deliver("maker", "northwind", {chips[3]});
  world.deliver("northwind", "dealer", {chips[1]});
  destroy(world, chips[2], "northwind");

  const auto northwind = book_of(world, "northwind");
  CHECK(texts(world, northwind) == std::vector<std::string>{"in accept maker 4",
                                                            "out accept dealer 1",
                                                            "out destroy nobody 1"});
  CHECK(northwind.lines[0].sources.size() == 2);
  CHECK(northwind.lines[0].tpp == 4 * 4800);
  CHECK(northwind.closing_tpp == 2 * 4800);
  check_sums(northwind);

  const auto maker = book_of(world, "maker");
  CHECK(texts(world, maker) ==
        std::vector<std::string>{"in chip.package nobody 6", "out accept northwind 4"});
  check_sums(maker);
  for (const BalanceLine& line : maker.lines) {
    for (const Source& source : line.sources) {
      CHECK(world.state().tables().statements[source.index].kind == line.kind);
    }
  }
}

TEST_CASE("chips accepted by a seal are counted by it, and weigh more than opened ones") {
  World world;
  const auto chips = world.chips(100);
  world.deliver("maker", "northwind", chips);
  BalanceTerms terms;
  terms.errors.methods = {{.method = "accept.sealed", .random = 0.01, .systematic = 0},
                          {.method = "accept.opened", .random = 0, .systematic = 0}};
  terms.method_of = [](Index32) { return std::string("opened"); };
  CHECK(book_of(world, "northwind", terms).judgement.sigma == 0);
  terms.method_of = [](Index32) { return std::string("sealed"); };
  const auto sealed = book_of(world, "northwind", terms);
  CHECK(sealed.lines[0].method == "accept.sealed");
  CHECK(sealed.judgement.sigma == doctest::Approx(0.99499).epsilon(1e-4));
  // What cannot be read is not taken for a count of another kind.
  terms.method_of = [](Index32) -> Result<std::string> {
    return failure(Errc::unavailable, "reading the log: the disk does not answer");
  };
  CHECK(must_fail(material_balance(world.state(), {.party = party(world, "northwind")},
                                   whole_time(world), terms))
            .find("the disk does not answer") != std::string::npos);
}

TEST_CASE(
    "a regraded chip leaves the book of one product and joins that of the other, when it was") {
  World world;
  world.record("maker", {.kind = "product.register",
                         .body = {{"product", "a0"}, {"name", "Less"}, {"tpp", 2400}}});
  const auto chips = world.chips(3);
  const Timestamp before{world.clock.now().ms + 1};
  world.clock.advance_ms(1000);
  world.record(
      "maker",
      about("chip.regrade", {chips[0]},
            {{"from", "a1"}, {"to", "a0"}, {"evidence", crypto::sha256("fuses").to_hex()}}));
  const auto& products = world.state().tables().products;
  const auto book = [&](const char* product, const Window& period) {
    return balance_of(world.state(),
                      {.party = party(world, "maker"), .product = products.find(product)}, period,
                      {});
  };
  const Window all = whole_time(world);
  CHECK(book("a1", {Timestamp{0}, before}).figures == BookFigures{0, 3, 0, 3});
  CHECK(book("a1", {before, all.to}).figures == BookFigures{3, 0, 1, 2});
  CHECK(book("a0", {before, all.to}).figures == BookFigures{0, 1, 0, 1});
  CHECK(texts(world, book("a0", all)) == std::vector<std::string>{"in chip.regrade nobody 1"});
  check_sums(book("a1", all));
  const RowN was = products.find("a1");
  const RowN is = products.find("a0");
  const Index32 regraded = world.state().size() - 1;
  const RowN row = world.state().find_chip(chips[0]);
  for (const auto& [size, product] : {std::pair{regraded, was}, {regraded + 1, is}}) {
    CHECK(world.state().product_of(row, size) == product);
    CHECK(ProductsAt(world.state(), size)[row] == product);
    CHECK(ProductsAt(world.state(), size)[row + 1] == was);
  }
  // On the book of all products nothing came or went.
  CHECK(book_of(world, "maker").figures == BookFigures{0, 3, 0, 3});
}

TEST_CASE("what was counted is held against the book, and what is lost stays on it") {
  World world;
  const auto chips = world.chips(3);
  const Timestamp from{world.clock.now().ms};
  world.deliver("maker", "northwind", chips);
  world.record("northwind", about("loss.declare", {chips[2]},
                                  {{"last_seen", world.clock.now().to_string()},
                                   {"circumstances", "not in its slot"}}));
  world.clock.advance_ms(1000);
  const Window period{from, world.clock.now()};
  const BookScope scope{.party = party(world, "northwind")};
  const auto open = balance_of(world.state(), scope, period, {});
  CHECK_FALSE(open.counted);
  CHECK(open.figures.closing == 3);
  CHECK(open.absent == 1);

  world.record(
      "northwind",
      {.kind = "balance.close",
       .body = {{"period", {{"from", period.from.to_string()}, {"to", period.to.to_string()}}},
                {"opening", 0},
                {"increases", 3},
                {"decreases", 0},
                {"closing", 3},
                {"counted", 2},
                {"surplus", 0},
                {"shortfall", 1}}},
      {"gov"});
  const auto closed = balance_of(world.state(), scope, period, {});
  REQUIRE(closed.counted);
  CHECK(closed.counted->chips == 2);
  CHECK(closed.difference == -1);
  CHECK(closed.judgement.beyond);
  CHECK(closed.counted->index + 1 == world.state().size());
}

TEST_CASE("an inventory counts for the book that it was taken against, whenever it is filed") {
  World world;
  const auto chips = world.chips(1);
  const Timestamp from = world.clock.now();
  world.deliver("maker", "northwind", chips);
  const auto entries = world.state().size();
  world.clock.advance_ms(1000);
  const Timestamp middle = world.clock.now();
  world.clock.advance_ms(ms_per_day);
  world.record("northwind", {.kind = "inventory",
                             .body = {{"entries", entries},
                                      {"count", 0},
                                      {"tpp", 0},
                                      {"root", ledger::empty_root().to_hex()},
                                      {"added", 1},
                                      {"removed", 0},
                                      {"missing", {chips[0].to_string()}}}});
  world.clock.advance_ms(1000);
  const BookScope scope{.party = party(world, "northwind")};
  const auto first = balance_of(world.state(), scope, {from, middle}, {});
  REQUIRE(first.counted);
  CHECK(first.difference == -1);
  CHECK_FALSE(balance_of(world.state(), scope, {middle, world.clock.now()}, {}).counted);
}

TEST_CASE("sender and receiver differ by what is overdue, short or over, and by nothing else") {
  World world;
  const auto chips = world.chips(5);
  Timestamp soon = world.clock.now();
  soon.ms += 60'000;
  const Hash hash = world.release("maker", "northwind", "S1", {chips[0], chips[1], chips[2]},
                                  {{"exception", "test"}, {"accept_by", soon.to_string()}});
  world.accept("northwind", "S1", hash, {chips[0]});
  world.deliver("maker", "northwind", {chips[4]});
  const auto lines = [&] {
    return shipment_differences(world.state(), party(world, "northwind"), whole_time(world));
  };
  REQUIRE(lines().size() == 2);
  CHECK(lines()[0].sent == 3);
  CHECK(lines()[0].received == 1);
  CHECK(lines()[0].open == 2);
  CHECK(lines()[0].difference() == 0);  // There is time yet.
  CHECK(lines()[1].difference() == 0);

  world.record("northwind",
               about("discrepancy.open", {chips[1]},
                     {{"case", "C1"}, {"kind", "short"}, {"text", "t"}, {"shipment", "S1"}}));
  CHECK(lines()[0].difference() == -1);
  CHECK(lines()[0].sources.size() == 2);
  world.clock.advance_ms(120'000);
  world.chips(1);
  CHECK(lines()[0].overdue);
  CHECK(lines()[0].difference() == -2);
  CHECK(shipment_differences(world.state(), party(world, "dealer"), whole_time(world)).empty());
}

TEST_CASE("what is short is not set off against what is over, and counts without an id") {
  World world;
  const auto chips = world.chips(4);
  const Hash hash =
      world.release("maker", "northwind", "S1", {chips[0], chips[1]}, {{"exception", "test"}});
  world.accept("northwind", "S1", hash, {chips[0], chips[1]});
  world.release("maker", "northwind", "S2", {chips[2], chips[3]}, {{"exception", "test"}});
  const auto lines = [&] {
    return shipment_differences(world.state(), party(world, "northwind"), whole_time(world));
  };
  const auto discrepancy = [&](const char* id, const char* kind, int quantity,
                               const char* shipment) {
    world.record("northwind", {.kind = "discrepancy.open",
                               .body = {{"case", id},
                                        {"kind", kind},
                                        {"text", "t"},
                                        {"shipment", shipment},
                                        {"quantity", quantity}}});
  };
  REQUIRE(lines().size() == 2);
  CHECK_FALSE(lines()[0].differs());
  CHECK_FALSE(lines()[1].differs());

  discrepancy("C1", "short", 3, "S1");
  CHECK(lines()[0].shorts == 3);
  CHECK(lines()[0].difference() == -3);
  CHECK(lines()[0].differs());
  discrepancy("C2", "over", 3, "S1");
  CHECK(lines()[0].over == 3);
  CHECK(lines()[0].difference() == 0);
  CHECK(lines()[0].differs());

  // What is still open and what is said to be short of it are the same chips.
  discrepancy("C3", "short", 1, "S2");
  CHECK(lines()[1].shorts == 1);
  CHECK(lines()[1].difference() == -1);
  discrepancy("C4", "damaged", 1, "S2");
  CHECK(lines()[1].shorts == 1);
}
