#include "cli/demo/calendar.hpp"
#include "cli/demo/packing.hpp"
#include "cli/demo/scene.hpp"

namespace muster::cli::demo {
namespace {

std::string shipment_of(const Pallet& pallet) { return pallet.box.id + ".shipment"; }

Result<void> file_for(const Scene& scene, const std::string& org, const Pallet& pallet,
                      const char* kind, Json body, std::optional<std::string> site = {}) {
  return scene.filing.add(
      org,
      {.kind = kind, .body = std::move(body), .container = pallet.box.id, .site = std::move(site)},
      {.chips = pallet.box.chips});
}

Result<void> release(const Scene& scene, const Pallet& pallet) {
  return file_for(scene, assembler_id, pallet, "release",
                  {{"shipment", shipment_of(pallet)},
                   {"receiver", pallet.prover},
                   {"destination", pallet.site},
                   {"purpose", "sale"},
                   {"licence", pallet.prover + ".licence"},
                   {"accept_by", calendar::installed.to_string()}});
}

Result<void> accept(const Scene& scene, const Pallet& pallet) {
  const std::string shipment = shipment_of(pallet);
  return file_for(scene, pallet.prover, pallet, "accept",
                  {{"shipment", shipment},
                   {"release", release_of(scene.filing.state(), shipment).to_hex()},
                   {"method", "sealed"}},
                  pallet.site);
}

/// The sender hands over, the carrier takes; the sender stays custodian.
Result<void> hand_over(const Scene& scene, const Pallet& pallet) {
  return scene.filing.add(assembler_id,
                          {.kind = "leg.handover",
                           .body = {{"shipment", shipment_of(pallet)},
                                    {"taker", carrier_id},
                                    {"place", "Meridian Systems, ramp 2"}},
                           .container = pallet.box.id},
                          {.chips = pallet.box.chips, .co_signer = carrier_id});
}

Result<void> through_chokepoint(const Scene& scene, const std::vector<Pallet>& pallets) {
  MUSTER_TRY(scene.filing.begin("Chokepoint", calendar::at_border, 2 * pallets.size()));
  for (const Pallet& pallet : pallets) {
    MUSTER_TRY(file_for(scene, customs_id, pallet, "choke.checkin",
                        {{"shipment", shipment_of(pallet)}, {"declared_count", pallet.box.chips}},
                        chokepoint_site));
  }
  MUSTER_TRY(scene.filing.wait_until(calendar::cleared));
  for (const Pallet& pallet : pallets) {
    MUSTER_TRY(file_for(scene, customs_id, pallet, "choke.clear", {{"depart", true}}));
  }
  return scene.filing.end();
}

/// The Border Agency screens both sides of every shipment before any leaves.
Result<void> screen_parties(const Scene& scene) {
  std::vector<std::string> parties{assembler_id};
  for (const FleetStock& stock : scene.stock) parties.push_back(stock.fleet->prover.text());
  constexpr std::size_t at_once = 64;
  for (std::size_t i = 0; i < parties.size(); i += at_once) {
    const std::size_t end = std::min(i + at_once, parties.size());
    const Json some(std::vector<std::string>(parties.begin() + static_cast<std::ptrdiff_t>(i),
                                             parties.begin() + static_cast<std::ptrdiff_t>(end)));
    MUSTER_TRY(scene.filing.add(customs_id,
                                {.kind = "screen.result",
                                 .body = {{"parties", some},
                                          {"lists", world_secret({}, "screening lists").to_hex()},
                                          {"as_of", calendar::sent_abroad.to_string()},
                                          {"verdict", "pass"}}}));
  }
  return scene.filing.flush();
}

Result<void> unpack(const Scene& scene, const std::string& prover, const Box& box) {
  return scene.filing.add(
      prover, {.kind = "unpack", .body = {{"seal_state", "intact"}}, .container = box.id},
      {.chips = box.chips});
}

}  // namespace

Result<void> send_abroad(const Scene& scene) {
  const std::vector<Pallet> pallets = packed_pallets(scene.stock);
  MUSTER_TRY(
      scene.filing.begin("Released under licence", calendar::sent_abroad, 2 * pallets.size() + 1));
  MUSTER_TRY(screen_parties(scene));
  for (const Pallet& pallet : pallets) MUSTER_TRY(release(scene, pallet));
  MUSTER_TRY(scene.filing.wait_until(calendar::loaded));
  for (const Pallet& pallet : pallets) MUSTER_TRY(hand_over(scene, pallet));
  MUSTER_TRY(through_chokepoint(scene, pallets));
  MUSTER_TRY(scene.filing.begin("Accepted by Provers", calendar::at_prover, 2 * pallets.size()));
  for (const Pallet& pallet : pallets) {
    MUSTER_TRY(file_for(scene, pallet.prover, pallet, "arrive", {{"shipment", shipment_of(pallet)}},
                        pallet.site));
  }
  MUSTER_TRY(scene.filing.wait_until(calendar::taken_by_prover));
  for (const Pallet& pallet : pallets) MUSTER_TRY(accept(scene, pallet));
  MUSTER_TRY(scene.filing.begin("Unpacked", calendar::unpacked, pallets.size()));
  for (const Pallet& pallet : pallets) MUSTER_TRY(unpack(scene, pallet.prover, pallet.box));
  MUSTER_TRY(scene.filing.flush());
  for (const Pallet& pallet : pallets) {
    for (const Box& container : pallet.containers) {
      MUSTER_TRY(unpack(scene, pallet.prover, container));
    }
  }
  return scene.filing.end();
}

}  // namespace muster::cli::demo
