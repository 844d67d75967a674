// Returns for repair: the way there and back, the swap, and what each chip came to.

#include "ledger/crypto/sha256.hpp"
#include "registry/draw.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using registry::Display;
using registry::Draft;
using registry::Flag;

namespace {

/// Chips that southwind has from the maker under licence L1, with room for no other, and a return.
struct Return {
  explicit Return(std::size_t count) : chips(world.chips(count)) {
    world.record("maker",
                 {.kind = "product.register",
                  .body = {{"product", "a2"}, {"name", "Accelerator Two"}, {"tpp", 9600}}});
    grant("L1", count);
    ship("maker", "southwind", chips, {{"licence", "L1"}, {"purpose", "sale"}});
  }

  void grant(const std::string& id, std::size_t units) {
    world.record(
        "gov",
        {.kind = "licence.grant",
         .body = {{"licence", id},
                  {"licensee", "maker"},
                  {"consignees", {"southwind"}},
                  {"countries", {"SG"}},
                  {"products", {"a1", "a2"}},
                  {"max_units", units},
                  {"window",
                   {{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2030-01-01T00:00:00.000Z"}}}}});
  }
  std::string release(const std::string& from, const std::string& to,
                      const std::vector<ChipId>& some, const Json& more) {
    shipment = "S" + std::to_string(++serial);
    Json body{{"shipment", shipment}, {"receiver", to}, {"destination", to + "-site"}};
    body.update(more);
    return world.rule(from, about("release", some, body));
  }
  void ship(const std::string& from, const std::string& to, const std::vector<ChipId>& some,
            const Json& more) {
    REQUIRE(release(from, to, some, more) == "recorded");
    world.accept(to, shipment, world.state().tables().statements[world.state().size() - 1].hash,
                 some);
  }
  Draft opening(const std::vector<ChipId>& some, const std::string& id = "M1") {
    return about("rma.open", some, {{"rma", id}, {"vendor", "maker"}, {"fault", "memory errors"}});
  }
  /// Opened, sent to the maker and accepted there.
  void come_back() {
    world.record("southwind", opening(chips), {"maker"});
    ship("southwind", "maker", chips, {{"purpose", "rma"}, {"rma", "M1"}, {"exception", "RMA"}});
  }
  std::string repair(const std::vector<ChipId>& some) {
    return world.rule(
        "maker",
        about("repair", some, {{"rma", "M1"}, {"work", "reballed"}, {"result", "repaired"}}));
  }
  Draft swap(const ChipId& old, const ChipId& fresh, const Json& more = Json::object()) {
    Json body{{"rma", "M1"},
              {"custodian", "southwind"},
              {"old", old.to_string()},
              {"new", fresh.to_string()}};
    body.update(more);
    std::vector<ChipId> both{old, fresh};
    std::ranges::sort(both);
    return about("rma.replace", both, body);
  }
  std::string close(const std::vector<ChipId>& some, const std::string& outcome = "repaired") {
    Draft draft{.kind = "rma.close", .body = {{"rma", "M1"}}};
    for (const ChipId& chip : some) draft.chips.push_back({chip, {{"outcome", outcome}}});
    return world.rule("maker", draft);
  }
  std::uint64_t used(std::size_t licence = 0) {
    return world.state().tables().licences[static_cast<registry::RowN>(licence)].units;
  }
  bool drawn(const ChipId& chip) {
    return registry::licence_of(world.state().tables(), world.chip(chip)) != registry::no_row;
  }

  World world;
  std::vector<ChipId> chips;
  std::string shipment;
  int serial = 0;
};

}  // namespace

TEST_CASE("a chip goes to its vendor and comes back in the slot that it always had") {
  Return rma(2);
  CHECK(rma.world.rule("southwind", rma.opening(rma.chips)) == "signature.second_party");
  CHECK(rma.release("southwind", "maker", rma.chips, {{"purpose", "rma"}, {"exception", "RMA"}}) ==
        "rma.missing");
  rma.come_back();
  CHECK(rma.world.custodian(rma.chips[0]) == "maker");
  CHECK(rma.world.display(rma.chips[0]) == Display::in_repair);
  CHECK(rma.used() == 2);
  CHECK(rma.drawn(rma.chips[0]));

  CHECK(rma.repair(rma.chips) == "recorded");
  CHECK(rma.release("maker", "southwind", rma.chips, {{"purpose", "sale"}}) == "border.no_licence");
  rma.ship("maker", "southwind", rma.chips, {{"purpose", "rma"}, {"rma", "M1"}});
  CHECK(rma.used() == 2);
  CHECK(rma.close({rma.chips[0]}) == "rma.no_outcome");
  CHECK(rma.close(rma.chips) == "recorded");
  CHECK(rma.close({}) == "rma.closed");
  CHECK_FALSE(rma.world.chip(rma.chips[0]).has(Flag::rma));
}

TEST_CASE("a new chip, like for like, takes the slot of the old one, and no slot is added") {
  Return rma(1);
  rma.come_back();
  const auto fresh = rma.world.chips(2);
  const ChipId old = rma.chips[0];

  CHECK(rma.world.rule("maker", rma.swap(old, fresh[0])) == "signature.second_party");
  CHECK(rma.world.rule("maker", rma.swap(old, fresh[0], {{"custodian", "dealer"}}), {"dealer"}) ==
        "rma.other_party");
  CHECK(rma.world.rule("maker", rma.swap(fresh[1], fresh[0]), {"southwind"}) == "rma.other_chip");
  CHECK(rma.world.rule("maker", rma.swap(old, fresh[0]), {"southwind"}) == "recorded");
  CHECK(rma.world.rule("maker", rma.swap(old, fresh[1]), {"southwind"}) == "rma.has_outcome");
  CHECK(rma.used() == 1);
  CHECK(rma.drawn(fresh[0]));
  CHECK_FALSE(rma.drawn(old));
  CHECK(rma.world.display(old) == Display::retired);
  CHECK(rma.world.custodian(old) == "maker");

  CHECK(rma.release("maker", "southwind", {fresh[1]}, {{"purpose", "rma"}, {"rma", "M1"}}) ==
        "rma.other_chip");
  rma.ship("maker", "southwind", {fresh[0]}, {{"purpose", "rma"}, {"rma", "M1"}});
  CHECK(rma.world.custodian(fresh[0]) == "southwind");
  CHECK(rma.used() == 1);
  // The old one is on the vendor's book until it is destroyed.
  CHECK(rma.world.rule("maker",
                       about("destroy", {old}, {{"method", "m"}, {"place", "p"}}, "maker-site"),
                       {"witness"}) == "recorded");
  CHECK(rma.close({}) == "recorded");
}

TEST_CASE("a replacement that is more than what it replaces draws for itself") {
  Return rma(1);
  rma.come_back();
  World& world = rma.world;
  world.record("maker",
               {.kind = "id.reserve",
                .body = {{"block", 900}, {"count", 1}, {"product", "a2"}, {"packager", "maker"}}});
  const ChipId big = ChipId::from_parts({.block = 900, .ordinal = 0, .random = 5});
  world.record("maker", about("chip.package", {big}, {{"product", "a2"}}, "maker-site"));
  Draft passed{.kind = "chip.test"};
  passed.chips.push_back({big, {{"pass", true}}});
  const ChipId old = rma.chips[0];
  CHECK(world.rule("maker", rma.swap(old, big), {"southwind"}) == "rma.not_new");
  world.record("maker", passed);

  CHECK(world.rule("maker", rma.swap(old, big), {"southwind"}) == "rma.needs_draw");
  CHECK(world.rule("maker", rma.swap(old, big, {{"licence", "L9"}}), {"southwind"}) ==
        "licence.unknown");
  // The old draw still counts while the new one is judged.
  CHECK(world.rule("maker", rma.swap(old, big, {{"licence", "L1"}}), {"southwind"}) ==
        "licence.cap_units");
  rma.grant("L2", 1);
  CHECK(world.rule("maker", rma.swap(old, big, {{"licence", "L2"}}), {"southwind"}) == "recorded");
  CHECK(rma.used(0) == 0);
  CHECK(rma.used(1) == 1);
  CHECK(world.state().tables().licences[1].tpp == 9600);
}

TEST_CASE("a chip that stands in a slot of its own replaces none: that slot would be lost") {
  Return rma(2);
  rma.grant("L2", 5);
  const ChipId own = rma.world.chips(1)[0];
  rma.ship("maker", "southwind", {own}, {{"licence", "L2"}, {"purpose", "sale"}});
  rma.ship("southwind", "maker", {own}, {{"exception", "X"}, {"purpose", "sale"}});
  rma.come_back();
  CHECK(rma.world.rule("maker", rma.swap(rma.chips[0], own), {"southwind"}) == "rma.not_new");
}

TEST_CASE("a chip under a named exception is replaced by no more TPP either") {
  Return rma(1);
  World& world = rma.world;
  const ChipId old = world.chips(1)[0];
  rma.ship("maker", "southwind", {old}, {{"exception", "X"}, {"purpose", "sale"}});
  rma.chips = {old};
  rma.come_back();
  world.record("maker",
               {.kind = "id.reserve",
                .body = {{"block", 900}, {"count", 1}, {"product", "a2"}, {"packager", "maker"}}});
  const ChipId big = ChipId::from_parts({.block = 900, .ordinal = 0, .random = 5});
  world.record("maker", about("chip.package", {big}, {{"product", "a2"}}, "maker-site"));
  Draft passed{.kind = "chip.test"};
  passed.chips.push_back({big, {{"pass", true}}});
  world.record("maker", passed);

  CHECK(world.rule("maker", rma.swap(old, big), {"southwind"}) == "rma.needs_draw");
  rma.grant("L2", 1);
  CHECK(world.rule("maker", rma.swap(old, big, {{"licence", "L2"}}), {"southwind"}) == "recorded");
  CHECK(rma.used(1) == 1);
  CHECK(rma.drawn(big));
}

TEST_CASE("a repair keeps the device key, or the maker vouches for another") {
  Return rma(2);
  rma.come_back();
  const Hash old =
      rma.world.state().tables().identities[rma.world.state().find_chip(rma.chips[0])].device_key;
  const auto give = [&](const Hash& key) {
    Draft draft{.kind = "repair",
                .body = {{"rma", "M1"}, {"work", "new board"}, {"result", "repaired"}}};
    draft.chips.push_back({rma.chips[0], {{"key", key.to_hex()}}});
    return rma.world.rule("maker", draft);
  };
  const Hash fresh = crypto::sha256("another key");
  const Hash others =
      rma.world.state().tables().identities[rma.world.state().find_chip(rma.chips[1])].device_key;
  CHECK(give(others) == "device_key.taken");
  CHECK(give(fresh) == "recorded");
  CHECK(rma.world.state().chip_with_key(fresh) == rma.world.state().find_chip(rma.chips[0]));
  CHECK(rma.world.state().chip_with_key(old) == registry::no_row);
  // A key that was taken out of use is bound to nothing again.
  CHECK(give(old) == "device_key.taken");
  const auto made = rma.world.packaged(1);
  Draft enrol{.kind = "chip.enrol"};
  enrol.chips.push_back({made[0], {{"key", old.to_hex()}}});
  CHECK(rma.world.rule("maker", enrol) == "device_key.taken");
}

TEST_CASE("goods of a return get no other receiver on their way") {
  Return rma(1);
  rma.world.record("southwind", rma.opening(rma.chips), {"maker"});
  REQUIRE(rma.release("southwind", "maker", rma.chips,
                      {{"purpose", "rma"}, {"rma", "M1"}, {"exception", "RMA"}}) == "recorded");
  const Draft away = about("reroute", rma.chips,
                           {{"shipment", rma.shipment},
                            {"into", "elsewhere"},
                            {"receiver", "broker"},
                            {"destination", "broker-site"},
                            {"cause", "storm"},
                            {"exception", "X"}});
  CHECK(rma.world.rule("southwind", away, {"broker"}) == "rma.other_party");
}

TEST_CASE("a return concerns its vendor and its chips, and one return at a time") {
  Return rma(3);
  rma.world.record("southwind", rma.opening({rma.chips[0]}), {"maker"});
  CHECK(rma.world.rule("southwind", rma.opening({rma.chips[1]}), {"maker"}) == "rma.exists");
  CHECK(rma.world.rule("southwind", rma.opening({rma.chips[0]}, "M2"), {"maker"}) == "rma.open");
  CHECK(rma.repair({rma.chips[0]}) == "custody.not_custodian");
  const Json there{{"purpose", "rma"}, {"rma", "M1"}, {"exception", "RMA"}};
  CHECK(rma.release("southwind", "maker", {rma.chips[1]}, there) == "rma.other_chip");
  CHECK(rma.release("southwind", "broker", {rma.chips[0]}, there) == "rma.other_party");
  Json odd = there;
  odd["purpose"] = "sale";
  CHECK(rma.release("southwind", "maker", {rma.chips[0]}, odd) == "rma.missing");
  odd = there;
  odd["rma"] = "M9";
  CHECK(rma.release("southwind", "maker", {rma.chips[0]}, odd) == "rma.unknown");
  Draft close{.kind = "rma.close", .body = {{"rma", "M1"}}};
  close.chips.push_back({rma.chips[0], {{"outcome", "repaired"}}});
  CHECK(rma.world.rule("southwind", close) == "rma.other_party");
}
