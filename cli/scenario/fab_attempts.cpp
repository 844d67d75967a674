#include "cli/scenario/registry_attempts.hpp"
#include "registry/balance/fab_balance.hpp"

// V1: packages that no lot accounts for. What is in the books of a fab's lots; what never came into
// them, wafer starts show within the error of a yield.

namespace muster::cli::scenario {
namespace {

using registry::Draft;

Json taken_from(const std::string& lot, std::size_t quantity) {
  return Json::array({{{"lot", lot}, {"quantity", quantity}}});
}

/// A new lot of dice.
Result<std::string> lot_of(RegistryWorld& world, std::size_t dice) {
  std::string id = "L" + world.next_shipment();
  MUSTER_TRY(world.record("maker", {.kind = "lot.create",
                                    .body = {{"lot", id}, {"product", "a1"}, {"quantity", dice}},
                                    .site = "maker-site"}));
  return id;
}

/// Packages of `count` chips that take `dice` dice from a lot; their ids are reserved.
Result<Draft> packages(RegistryWorld& world, std::size_t count, const std::string& lot,
                       std::size_t dice) {
  MUSTER_TRY_ASSIGN(const auto ids, world.reserved(count));
  return about("chip.package", ids, {{"product", "a1"}, {"inputs", taken_from(lot, dice)}},
               "maker-site");
}

Result<AttemptEnd> more_than_the_lot_has(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const std::string lot, lot_of(world, 3));
  MUSTER_TRY_ASSIGN(Draft draft, packages(world, 4, lot, 4));
  return refused(world, "maker", std::move(draft));
}

Result<AttemptEnd> more_than_it_takes(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const std::string lot, lot_of(world, 3));
  MUSTER_TRY_ASSIGN(Draft draft, packages(world, 4, lot, 3));
  return refused(world, "maker", std::move(draft));
}

Result<AttemptEnd> of_scrapped_dice(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const std::string lot, lot_of(world, 4));
  MUSTER_TRY(world.record(
      "maker", {.kind = "lot.scrap", .body = {{"lot", lot}, {"quantity", 3}, {"cause", "test"}}}));
  MUSTER_TRY_ASSIGN(Draft draft, packages(world, 2, lot, 2));
  return refused(world, "maker", std::move(draft));
}

Result<AttemptEnd> of_one_die(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const std::string lot, lot_of(world, 4));
  MUSTER_TRY_ASSIGN(Draft draft, packages(world, 2, lot, 2));
  for (auto& chip : draft.chips) chip.columns = {{"dice", lot + "/1/10/10"}};
  return refused(world, "maker", std::move(draft));
}

Result<AttemptEnd> a_split_that_makes_dice(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const std::string lot, lot_of(world, 4));
  Json outputs = taken_from(lot + "a", 3);
  outputs.push_back({{"lot", lot + "b"}, {"quantity", 2}});
  return refused(world, "maker",
                 {.kind = "lot.split",
                  .body = {{"lot", lot}, {"quantity", 4}, {"outputs", outputs}, {"scrap", 0}}});
}

/// A product of its own, of whose wafers three in ten dice go into no lot. Their share of the gross
/// dice is known to be 0.75 within 0.05: the rest is beyond the limit.
Result<AttemptEnd> dice_in_no_lot(RegistryWorld& world) {
  constexpr std::size_t wafers = 100;
  constexpr std::uint64_t area = 800;  // mm2
  const std::string product = "w" + world.next_shipment();
  MUSTER_TRY(world.record("maker", {.kind = "product.register",
                                    .body = {{"product", product},
                                             {"name", "Wide"},
                                             {"tpp", 4800},
                                             {"die_area_mm2", std::to_string(area)}}}));
  const auto good = static_cast<std::size_t>(
      0.75 * static_cast<double>(wafers * registry::gross_dice(static_cast<double>(area))));
  MUSTER_TRY(world.record("maker", {.kind = "lot.create",
                                    .body = {{"lot", "L" + world.next_shipment()},
                                             {"product", product},
                                             {"quantity", good * 7 / 10},
                                             {"wafers", wafers}},
                                    .site = "maker-site"}));
  registry::FabTerms terms;
  terms.yield = 0.75;
  terms.yield_sigma = 0.05;
  const auto& tables = world.state().tables();
  const auto balance = registry::fab_balance(
      world.state(), tables.parties.find("maker"), tables.products.find(product),
      {Timestamp{0}, Timestamp{world.clock().now().ms + 1}}, terms);
  const bool beyond = balance.wafers && balance.wafers->judgement.beyond;
  return AttemptEnd{beyond, beyond ? "wafer starts say more" : "within the error of the yield"};
}

}  // namespace

std::vector<RegistryAttempt> fab_attempts() {
  return {{"more than the lot has", more_than_the_lot_has},
          {"more chips than dice", more_than_it_takes},
          {"of scrapped dice", of_scrapped_dice},
          {"two of one die", of_one_die},
          {"a split that makes dice", a_split_that_makes_dice},
          {"dice in no lot", dice_in_no_lot}};
}

}  // namespace muster::cli::scenario
