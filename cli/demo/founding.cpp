#include <set>

#include "cli/demo/calendar.hpp"
#include "cli/demo/scene.hpp"
#include "ledger/base/hex.hpp"
#include "registry/rules.hpp"

namespace muster::cli::demo {
namespace {

std::string key_hex(const crypto::Ed25519Signer& signer) {
  return to_hex(signer.public_key().bytes());
}

Result<void> file_genesis(const Scene& scene, const std::string& operator_key_hex) {
  const Actor& registrar = *scene.cast.find(registrar_id);
  MUSTER_TRY(scene.filing.file(registrar_id, {.kind = "log.genesis",
                                              .body = {{"name", registrar.name},
                                                       {"country", registrar.country},
                                                       {"key", key_hex(registrar.signer)},
                                                       {"operator_key", operator_key_hex},
                                                       {"rules_version", registry::rules_version},
                                                       {"policy", Json::object()}}}));
  return {};
}

Result<void> register_parties(const Scene& scene) {
  for (const Actor& actor : scene.cast.actors()) {
    if (actor.id == registrar_id) continue;
    MUSTER_TRY(scene.filing.add(registrar_id,
                                {.kind = "org.register",
                                 .body = {{"party", actor.id},
                                          {"name", actor.name},
                                          {"country", actor.country},
                                          {"roles", actor.roles},
                                          {"key", key_hex(actor.signer)}}},
                                {.co_signer = actor.id.c_str()}));
  }
  return scene.filing.flush();
}

Result<void> register_site(const Scene& scene, const char* org, const std::string& site,
                           const std::string& name, const char* country, const char* kind) {
  return scene.filing.add(
      org, {.kind = "site.register",
            .body = {{"site", site}, {"name", name}, {"country", country}, {"kind", kind}}});
}

Result<void> register_sites(const Scene& scene) {
  MUSTER_TRY(
      register_site(scene, maker_id, foundry_site, "North Foundry, fab 1", home_country, "fab"));
  MUSTER_TRY(register_site(scene, assembler_id, hall_site, "Meridian Systems, hall 1", home_country,
                           "packaging"));
  MUSTER_TRY(
      register_site(scene, customs_id, chokepoint_site, "Pier 4", home_country, "chokepoint"));
  for (const FleetStock& stock : scene.stock) {
    for (const Hall& hall : stock.halls) {
      MUSTER_TRY(register_site(scene, stock.fleet->prover.text().c_str(), hall.site, hall.name,
                               abroad_country, "datacentre"));
    }
  }
  return scene.filing.flush();
}

/// TPP as whole points, as products carry it.
std::uint64_t tpp_of(const catalogue::ChipModel& model) {
  const auto tpp = catalogue::tpp(model);
  return tpp ? tpp->units() / catalogue::Fixed::units_per_one : 0;
}

Result<void> register_products(const Scene& scene) {
  std::set<std::string> registered;
  for (const FleetStock& stock : scene.stock) {
    for (const Batch& batch : stock.batches) {
      if (!registered.insert(batch.product).second) continue;
      const catalogue::ChipModel& model = *batch.holding->model;
      MUSTER_TRY(scene.filing.add(maker_id, {.kind = "product.register",
                                             .body = {{"product", batch.product},
                                                      {"name", model.name},
                                                      {"model", catalogue::slug(model.name)},
                                                      {"tpp", tpp_of(model)}}}));
    }
  }
  return scene.filing.flush();
}

/// One licence for each Prover, for exactly the chips that it is to get.
Result<void> grant_licence(const Scene& scene, const FleetStock& stock) {
  std::set<std::string> products;
  std::uint64_t tpp = 0;
  for (const Batch& batch : stock.batches) {
    products.insert(batch.product);
    tpp += tpp_of(*batch.holding->model) * batch.good.size();
  }
  const std::string prover = stock.fleet->prover.text();
  Json body = {
      {"licence", prover + ".licence"},
      {"licensee", assembler_id},
      {"consignees", Json::array({prover})},
      {"countries", Json::array({abroad_country})},
      {"products", products},
      {"max_units", stock.chips.size()},
      {"window",
       {{"from", calendar::licensed.to_string()}, {"to", calendar::window.to.to_string()}}}};
  if (tpp > 0) body["max_tpp"] = tpp;
  return scene.filing.add(customs_id, {.kind = "licence.grant", .body = std::move(body)});
}

/// What every Prover promises as an end user of what it is to get.
Result<void> state_use(const Scene& scene, const FleetStock& stock) {
  const std::string prover = stock.fleet->prover.text();
  return scene.filing.add(prover,
                          {.kind = "eus.submit",
                           .body = {{"statement", world_secret({}, "end use/" + prover).to_hex()},
                                    {"site", stock.halls.front().site},
                                    {"use", "computing"},
                                    {"no_resale", true}}});
}

}  // namespace

Result<void> found_world(const Scene& scene, const std::string& operator_key_hex,
                         const std::string& vrf_key_hex) {
  const std::uint64_t fleets = scene.stock.size();
  MUSTER_TRY(scene.filing.begin("Parties, sites and products", calendar::founded, 20 + 4 * fleets));
  MUSTER_TRY(file_genesis(scene, operator_key_hex));
  MUSTER_TRY(register_parties(scene));
  MUSTER_TRY(register_sites(scene));
  MUSTER_TRY(register_products(scene));
  MUSTER_TRY(scene.filing.add(
      inspectorate_id,
      {.kind = "vrf.register",
       .body = {{"vrf_key", vrf_key_hex}, {"suite", "ECVRF-EDWARDS25519-SHA512-TAI"}}}));
  MUSTER_TRY(scene.filing.begin("Licences", calendar::licensed, 2 * fleets));
  for (const FleetStock& stock : scene.stock) MUSTER_TRY(grant_licence(scene, stock));
  for (const FleetStock& stock : scene.stock) MUSTER_TRY(state_use(scene, stock));
  return scene.filing.end();
}

}  // namespace muster::cli::demo
