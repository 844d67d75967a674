#include "cli/demo/calendar.hpp"
#include "cli/demo/packing.hpp"
#include "cli/demo/scene.hpp"

namespace muster::cli::demo {
namespace {

using registry::StatementChip;

/// One truck from the foundry to the assembler.
struct Lot {
  std::string shipment;
  std::vector<ChipId> chips;
  std::vector<ChipId> unwanted;  ///< loaded by mistake
};

std::vector<Lot> lots_of(const Scene& scene) {
  std::vector<Lot> lots;
  for (const FleetStock& stock : scene.stock) {
    std::size_t number = 0;
    // Room for the spares: a release of more than `max_lot` chips would be refused.
    const std::size_t most = registry::max_lot - 100;
    for (std::size_t i = 0; i < stock.chips.size(); i += most) {
      const std::size_t end = std::min(i + most, stock.chips.size());
      Lot lot{stock.fleet->prover.text() + ".lot" + std::to_string(++number),
              {stock.chips.begin() + static_cast<std::ptrdiff_t>(i),
               stock.chips.begin() + static_cast<std::ptrdiff_t>(end)},
              {}};
      if (number == 1) lot.unwanted = stock.batches.front().spare;
      lots.push_back(std::move(lot));
    }
  }
  return lots;
}

Result<void> release(const Scene& scene, const Lot& lot) {
  std::vector<StatementChip> chips = listed(lot.chips);
  for (const ChipId& chip : lot.unwanted) chips.push_back({chip});
  return scene.filing.add(maker_id, {.kind = "release",
                                     .body = {{"shipment", lot.shipment},
                                              {"receiver", assembler_id},
                                              {"destination", hall_site},
                                              {"purpose", "sale"}},
                                     .chips = std::move(chips)});
}

Result<void> arrive(const Scene& scene, const Lot& lot) {
  std::vector<StatementChip> chips = listed(lot.chips);
  for (const ChipId& chip : lot.unwanted) chips.push_back({chip});
  return scene.filing.add(assembler_id, {.kind = "arrive",
                                         .body = {{"shipment", lot.shipment}},
                                         .chips = std::move(chips),
                                         .site = hall_site});
}

registry::Draft acceptance(const Scene& scene, const Lot& lot, const std::vector<ChipId>& chips,
                           const char* site) {
  return {.kind = "accept",
          .body = {{"shipment", lot.shipment},
                   {"release", release_of(scene.filing.state(), lot.shipment).to_hex()},
                   {"method", "opened"}},
          .chips = listed(chips),
          .site = site};
}

/// The assembler takes what it ordered and refuses the rest.
Result<void> take(const Scene& scene, const Lot& lot) {
  MUSTER_TRY(scene.filing.add(assembler_id, acceptance(scene, lot, lot.chips, hall_site)));
  if (lot.unwanted.empty()) return {};
  return scene.filing.add(assembler_id,
                          {.kind = "refuse",
                           .body = {{"shipment", lot.shipment}, {"cause", "not ordered"}},
                           .chips = listed(lot.unwanted),
                           .site = hall_site});
}

Result<void> attach_boards(const Scene& scene) {
  std::uint64_t boards = 0;
  for (const FleetStock& stock : scene.stock) {
    for (const Hall& hall : stock.halls) boards += hall.boards.size();
  }
  MUSTER_TRY(scene.filing.begin("Boards assembled", calendar::attached, boards));
  for (const FleetStock& stock : scene.stock) {
    for (const Hall& hall : stock.halls) {
      for (const Board& board : hall.boards) {
        MUSTER_TRY(
            scene.filing.add(assembler_id, {.kind = "asm.attach",
                                            .body = {{"parent", board.id}, {"type", "board"}},
                                            .chips = listed(board.chips),
                                            .site = hall_site}));
      }
    }
  }
  return scene.filing.end();
}

Result<void> pack(const Scene& scene, const Box& box) {
  return scene.filing.add(
      assembler_id,
      {.kind = "pack",
       .body = {{"container", box.id}, {"children", box.children}, {"seal", "S-" + box.id}},
       .site = hall_site},
      {.chips = box.chips});
}

}  // namespace

Result<void> send_to_assembler(const Scene& scene) {
  const std::vector<Lot> lots = lots_of(scene);
  MUSTER_TRY(
      scene.filing.begin("Foundry to assembler", calendar::sent_to_assembler, 3 * lots.size() + 2));
  for (const Lot& lot : lots) MUSTER_TRY(release(scene, lot));
  MUSTER_TRY(scene.filing.wait_until(calendar::at_assembler));
  for (const Lot& lot : lots) MUSTER_TRY(arrive(scene, lot));
  MUSTER_TRY(scene.filing.wait_until(calendar::taken_by_assembler));
  for (const Lot& lot : lots) MUSTER_TRY(take(scene, lot));
  MUSTER_TRY(scene.filing.wait_until(calendar::returned));
  for (const Lot& lot : lots) {
    if (lot.unwanted.empty()) continue;
    MUSTER_TRY(scene.filing.add(maker_id, acceptance(scene, lot, lot.unwanted, foundry_site)));
  }
  return scene.filing.end();
}

Result<void> assemble(const Scene& scene) {
  MUSTER_TRY(attach_boards(scene));
  const std::vector<Pallet> pallets = packed_pallets(scene.stock);
  std::uint64_t boxes = 0;
  for (const Pallet& pallet : pallets) boxes += 1 + pallet.containers.size();
  MUSTER_TRY(scene.filing.begin("Containers and pallets packed", calendar::packed, boxes));
  for (const Pallet& pallet : pallets) {
    for (const Box& container : pallet.containers) MUSTER_TRY(pack(scene, container));
  }
  MUSTER_TRY(scene.filing.flush());
  for (const Pallet& pallet : pallets) MUSTER_TRY(pack(scene, pallet.box));
  return scene.filing.end();
}

}  // namespace muster::cli::demo
