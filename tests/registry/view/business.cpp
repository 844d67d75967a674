#include "tests/registry/view/business.hpp"

#include <sstream>

#include "tests/registry/support/correction.hpp"
#include "tests/support/must.hpp"

namespace muster::test {

std::string whole_dump(registry::Registry& registry) {
  std::ostringstream out;
  must(registry.dump(out));
  return out.str();
}

void do_business(World& world) {
  const std::string serial = std::to_string(world.state().size());
  const auto chips = world.chips(6);
  world.deliver("maker", "dealer", chips);
  world.deliver("dealer", "northwind", {chips[0], chips[1]});
  world.record("northwind", about("install", {chips[0]}, {{"rack", "r"}}, "northwind-site"));
  world.record("dealer",
               about("pack", {chips[2], chips[3]}, {{"container", "c" + serial}}, "dealer-site"));
  world.record("gov", about("choke.hold", {chips[4]}, {{"hold", "H" + serial}, {"basis", "b"}}));
  world.record("dealer", about("loss.declare", {chips[5]}, {{"circumstances", "gone"}}));
}

void do_rarer_business(World& world) {
  const std::string serial = std::to_string(world.state().size());
  const auto chips = world.chips(5);
  const Hash lost = world.record(
      "maker", about("loss.declare", {chips[0]}, {{"circumstances", "left in a cab"}}));
  world.record("maker", void_of(lost), {"gov"});
  world.record("maker", about("asm.attach", {chips[1], chips[2]},
                              {{"parent", "b" + serial}, {"type", "board"}}, "maker-site"));
  const Hash detached =
      world.record("maker", about("asm.detach", {chips[1]},
                                  {{"parent", "b" + serial}, {"reason", "dead"}}, "maker-site"));
  world.record("maker", void_of(detached));
  const Hash released = world.release("maker", "northwind", "R" + serial, {chips[3], chips[4]});
  const Hash accepted = world.accept("northwind", "R" + serial, released, {chips[3], chips[4]});
  world.record("northwind", void_of(accepted), {"maker"});
  world.accept("northwind", "R" + serial, released, {chips[3]});
  world.record("maker", about("retire", {chips[0]}, {{"cause", "c"}}));
}

}  // namespace muster::test
