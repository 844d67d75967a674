#include "cli/scenario/held_fleet.hpp"

#include "ledger/crypto/sha256.hpp"

namespace muster::cli::scenario {
namespace {

const std::string& holder() {
  static const std::string name(fleet_prover);
  return name;
}

Result<void> open_site(RegistryWorld& world, const std::string& site) {
  MUSTER_TRY(world.record(holder(), {.kind = "site.register",
                                     .body = {{"site", site},
                                              {"name", "Site " + site},
                                              {"country", world.terms().home},
                                              {"kind", "warehouse"}}}));
  MUSTER_TRY(world.record(holder(), {.kind = "eus.submit",
                                     .body = {{"statement", crypto::sha256(site).to_hex()},
                                              {"site", site},
                                              {"use", "computing"},
                                              {"no_resale", true}}}));
  return {};
}

Result<void> delivered(RegistryWorld& world, const std::vector<ChipId>& chips,
                       const std::string& site) {
  const std::string shipment = world.next_shipment();
  MUSTER_TRY_ASSIGN(const Hash released, world.record("maker", about("release", chips,
                                                                     {{"shipment", shipment},
                                                                      {"receiver", holder()},
                                                                      {"destination", site},
                                                                      {"purpose", "sale"}})));
  MUSTER_TRY(world.record(
      holder(),
      about("accept", chips,
            {{"shipment", shipment}, {"release", released.to_hex()}, {"method", "opened"}}, site)));
  return {};
}

}  // namespace

std::string fleet_site(std::size_t place) {
  return holder() + "-hall-" + std::to_string(place + 1);
}

Result<HeldFleet> HeldFleet::make(const Hash& seed, const std::vector<std::uint64_t>& chips,
                                  const std::string& product, std::uint64_t others) {
  HeldFleet fleet;
  MUSTER_TRY_ASSIGN(fleet.world, RegistryWorld::make(seed));
  RegistryWorld& world = *fleet.world;
  MUSTER_TRY(world.record("maker", {.kind = "product.register",
                                    .body = {{"product", "h1"},
                                             {"name", "Accelerator of the catalogue"},
                                             {"tpp", 15'832},
                                             {"model", fleet_model}}}));
  for (std::size_t place = 0; place < chips.size(); ++place) {
    MUSTER_TRY(open_site(world, fleet_site(place)));
    MUSTER_TRY_ASSIGN(const auto made, world.chips(chips[place], product));
    MUSTER_TRY(delivered(world, made, fleet_site(place)));
    fleet.chips.insert(fleet.chips.end(), made.begin(), made.end());
  }
  if (others == 0) return fleet;
  MUSTER_TRY_ASSIGN(const auto left, world.chips(others, product));
  fleet.chips.insert(fleet.chips.end(), left.begin(), left.end());
  return fleet;
}

}  // namespace muster::cli::scenario
