// Containers in containers, outer and inner ones scanned: seals of outer ones hold for what is in
// them, and each chip is counted and drawn once.

#include "tests/registry/chokepoint/border.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::choke;

namespace {

/// Three cartons of four chips on a pallet. Seals are read where they are registered.
struct Pallet final : Border {
  Pallet(std::string on_pallet, bool on_cartons) : seal(std::move(on_pallet)), sealed(on_cartons) {
    put("container:PAL",
        ContainerRow{.kind = "pallet", .seal = seal, .shipment = "S1", .chips = 12}.json());
    for (int n = 0; n < 3; ++n) {
      put("container:crate-" + std::to_string(n), ContainerRow{.kind = "container",
                                                               .parent = "PAL",
                                                               .seal = carton_seal(n),
                                                               .shipment = "S1",
                                                               .chips = 4}
                                                      .json());
    }
  }

  [[nodiscard]] std::string carton_seal(int n) const {
    return sealed ? "seal-" + std::to_string(n) : std::string();
  }
  void scan_pallet(const std::string& state = "intact") {
    scan("PAL", seal, seal.empty() ? std::string() : state);
  }
  void scan_carton(int n, const std::string& state = "intact") {
    scan("crate-" + std::to_string(n), carton_seal(n), sealed ? state : std::string());
  }
  void scan_cartons(int count = 3) {
    for (int n = 0; n < count; ++n) scan_carton(n);
  }

  std::string seal;
  bool sealed;
};

using Proven = std::map<Level, std::uint64_t>;

}  // namespace

TEST_CASE("a pallet without a seal, all of whose sealed cartons were scanned, adds nothing") {
  Pallet border("", true);
  border.scan_cartons();
  const ShipmentCheck without = border.check();
  REQUIRE(without.decision == Decision::clear);
  CHECK(without.proven == Proven{{Level::seal, 12}});

  border.scan_pallet();

  const ShipmentCheck with = border.check();
  CHECK(with.decision == Decision::clear);
  CHECK(with.openings.empty());
  CHECK(with.sampled_from == 0);
  CHECK(with.presented == 12);
  CHECK(with.proven == without.proven);
  CHECK(with.weakest == Level::seal);
}

TEST_CASE("what is drawn of a pallet and its cartons are parts that share no chip") {
  Pallet border("", true);
  border.scan_pallet();
  border.scan_cartons();

  const ShipmentCheck result = border.check(Level::mark);

  CHECK(result.decision == Decision::open);
  CHECK(result.sampled_from == 3);
  REQUIRE(result.openings.size() == 3);
  std::uint64_t chips = 0;
  for (const Opening& one : result.openings) {
    CHECK(one.container != "PAL");
    chips += one.chips;
  }
  CHECK(chips == 12);
  for (std::uint64_t n = 0; n < 12; ++n) border.scan(chip_id(n));
  CHECK(border.check(Level::mark).decision == Decision::clear);
  CHECK(border.check(Level::mark).proven == Proven{{Level::mark, 12}});
}

TEST_CASE("the intact seal of a pallet holds for cartons without one, scanned or not") {
  Pallet border("seal-P", false);
  border.scan_pallet();
  REQUIRE(border.check().decision == Decision::clear);

  border.scan_cartons(2);
  CHECK(border.check().decision == Decision::clear);
  CHECK(border.check().proven == Proven{{Level::seal, 12}});

  border.scan_carton(2);
  const ShipmentCheck all = border.check();
  CHECK(all.decision == Decision::clear);
  CHECK(all.openings.empty());
  CHECK(all.presented == 12);
  CHECK(all.proven == Proven{{Level::seal, 12}});
}

TEST_CASE("of a pallet without a seal the part that no scanned carton has is drawn from") {
  Pallet border("", true);
  border.scan_pallet();
  border.scan_cartons(2);

  const ShipmentCheck result = border.check();

  CHECK(result.decision == Decision::open);
  CHECK(result.presented == 12);
  CHECK(result.proven == Proven{{Level::paper, 4}, {Level::seal, 8}});
  CHECK(result.sampled_from == 1);
  REQUIRE(result.openings.size() == 1);
  CHECK(result.openings[0].container == "PAL");
  CHECK(result.openings[0].chips == 4);
  CHECK(result.openings[0].inspect == 4);
  // Chips of cartons that were scanned say nothing of the rest.
  for (std::uint64_t n = 0; n < 4; ++n) border.scan(chip_id(n));
  CHECK(border.check().openings.size() == 1);
  for (std::uint64_t n = 8; n < 12; ++n) border.scan(chip_id(n));
  CHECK(border.check().decision == Decision::clear);
  CHECK(border.check().proven == Proven{{Level::seal, 4}, {Level::mark, 8}});
}

TEST_CASE(
    "a pallet with a broken seal is opened with all in it, and nothing in it is drawn apart") {
  Pallet border("seal-P", false);
  border.scan_pallet("broken");
  border.scan_cartons();

  const ShipmentCheck result = border.check();

  CHECK(result.sampled_from == 0);
  CHECK(result.proven == Proven{{Level::paper, 12}});
  REQUIRE(result.openings.size() == 1);
  CHECK(result.openings[0].container == "PAL");
  CHECK(result.openings[0].chips == 12);
  CHECK(result.openings[0].why == "its seal is broken");
  for (std::uint64_t n = 0; n < 12; ++n) border.scan(chip_id(n));
  CHECK(border.check().decision == Decision::clear);
}

TEST_CASE("a carton with a broken seal is opened, whatever stands around it, and counted once") {
  Pallet intact("seal-P", true);
  intact.scan_pallet();
  intact.scan_carton(1, "broken");
  const ShipmentCheck inner = intact.check();
  CHECK(inner.proven == Proven{{Level::paper, 4}, {Level::seal, 8}});
  REQUIRE(inner.openings.size() == 1);
  CHECK(inner.openings[0].container == "crate-1");

  Pallet broken("seal-P", true);
  broken.scan_pallet("broken");
  broken.scan_carton(1, "broken");
  const ShipmentCheck both = broken.check();
  REQUIRE(both.openings.size() == 2);
  CHECK(both.openings[0].container == "PAL");
  CHECK(both.openings[0].chips == 8);
  CHECK(both.openings[1].container == "crate-1");
  CHECK(both.openings[1].chips == 4);
}
