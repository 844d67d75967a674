// Holds that are said anew, and what is left when that is taken back, too.

#include "tests/registry/support/correction.hpp"
#include "tests/registry/support/violations.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

struct HeldTwice {
  HeldTwice() : chips(world.chips(2)) {
    first = world.record(
        "gov", about("choke.hold", chips, {{"hold", "H1"}, {"basis", "order 7"}}, "port"));
    second = world.record("gov", with_field(world, first, "basis", "order 8"));
  }
  void check(bool held) {
    CHECK(violation_of(world.state()).empty());
    CHECK((world.chip(chips[0]).holds == 1) == held);
    const RowN row = world.state().tables().holds.find("H1");
    CHECK((row != no_row) == held);
  }

  World world;
  std::vector<ChipId> chips;
  Hash first{};
  Hash second{};
};

}  // namespace

TEST_CASE("a hold that is said anew keeps its id and its chips") {
  HeldTwice held;
  held.check(true);
  const RowN row = held.world.state().tables().holds.find("H1");
  CHECK(held.world.state().tables().holds[row].basis == "order 8");
}

TEST_CASE("when what stood in its place is taken back, no hold is left") {
  HeldTwice held;
  held.world.record("gov", void_of(held.second));
  held.check(false);
  held.world.record(
      "gov", about("choke.hold", held.chips, {{"hold", "H1"}, {"basis", "order 9"}}, "port"));
  held.check(true);
}

TEST_CASE("a clearance that is taken back leaves the hold that was said anew") {
  HeldTwice held;
  const Hash clear = held.world.record(
      "gov", about("choke.clear", held.chips, {{"holds", {"H1"}}, {"depart", false}}));
  CHECK(held.world.chip(held.chips[0]).holds == 0);
  held.world.record("gov", void_of(clear));
  held.check(true);
}
