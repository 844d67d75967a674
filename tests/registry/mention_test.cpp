// Which statements name a chip without moving it, as the state has them.

#include "registry/mention.hpp"

#include "ledger/crypto/sha256.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using registry::Index32;
using registry::Mention;

namespace {

using Indices = std::vector<Index32>;

Indices naming(const World& world, const ChipId& chip) {
  const registry::State& state = world.state();
  return registry::mentions_of(state, state.find_chip(chip), state.size());
}

Index32 newest(const World& world) { return world.state().size() - 1; }

/// Reports that somebody tampered with the chips, and moves none.
Index32 report(World& world, const std::string& file, const std::vector<ChipId>& chips) {
  registry::Draft draft{
      .kind = "tamper.report",
      .body = {
          {"case", file}, {"evidence", crypto::sha256("photo").to_hex()}, {"basis", "cut seal"}}};
  for (const ChipId& chip : chips) draft.chips.push_back({chip, Json::object()});
  world.record("southwind", draft);
  return newest(world);
}

std::vector<std::pair<registry::RowN, registry::RowN>> runs_of(const World& world, Index32 index) {
  std::vector<std::pair<registry::RowN, registry::RowN>> runs;
  for (const Mention& run : world.state().tables().mentions.rows()) {
    if (run.statement == index) runs.emplace_back(run.first, run.last);
  }
  return runs;
}

}  // namespace

TEST_CASE("chips that were made together and are named together are one run") {
  World world;
  const auto chips = world.chips(5);
  const registry::RowN first = world.state().find_chip(chips[0]);

  const Index32 index = report(world, "C1", {chips[4], chips[1], chips[0]});

  CHECK(runs_of(world, index) == std::vector<std::pair<registry::RowN, registry::RowN>>{
                                     {first, first + 1}, {first + 4, first + 4}});
  CHECK(naming(world, chips[0]) == Indices{index});
  CHECK(naming(world, chips[4]) == Indices{index});
  CHECK(naming(world, chips[2]).empty());
  CHECK(registry::mentions_of(world.state(), first, index).empty());
}

TEST_CASE("what moves a chip does not mention it") {
  World world;
  const auto chips = world.chips(2);
  world.deliver("maker", "dealer", chips);

  CHECK(naming(world, chips[0]).empty());
}

TEST_CASE("a chip in the body is named, and by what closes the finding as well") {
  World world;
  const auto chips = world.chips(3);
  world.record("gov", {.kind = "finding.open",
                       .body = {{"finding", "F1"},
                                {"party", "maker"},
                                {"code", "x"},
                                {"severity", "low"},
                                {"chips", {chips[2].to_string()}}}});
  const Index32 opened = newest(world);
  world.record("gov", {.kind = "finding.close",
                       .body = {{"finding", "F1"}, {"outcome", "remedied"}, {"reason", "paid"}}});

  CHECK(naming(world, chips[2]) == Indices{opened, opened + 1});
  CHECK(naming(world, chips[1]).empty());
}

TEST_CASE("what is refused leaves no mention behind") {
  World world;
  const auto chips = world.chips(1);
  report(world, "C1", chips);
  const auto rows = world.state().tables().mentions.size();

  CHECK(world.rule("southwind", {.kind = "divert.report",
                                 .body = {{"case", "C1"},
                                          {"evidence", crypto::sha256("photo").to_hex()},
                                          {"basis", "seen elsewhere"}},
                                 .chips = {{chips[0], Json::object()}}}) == "case.exists");

  CHECK(world.state().tables().mentions.size() == rows);
}
