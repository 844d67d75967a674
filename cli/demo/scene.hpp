#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "cli/demo/filing.hpp"
#include "cli/demo/prover_side.hpp"
#include "cli/demo/stock.hpp"

namespace muster::cli::demo {

/// Everything that the acts of the story work with. Borrows all of it. Fleets, stock and sides have
/// one order.
struct Scene {
  Filing& filing;
  const Cast& cast;
  const FleetBook& book;
  const std::vector<FleetStock>& stock;
  const std::vector<std::unique_ptr<ProverSide>>& sides;
  Hash world_seed;
  unsigned threads;
};

/// Heads of every fleet, as `ProverSide::heads_at_freeze` gives them.
using FreezeHeads = std::vector<std::vector<FiledHead>>;

// The acts, in the order of the calendar. Each records all its statements.
// Errors: a refusal by the registry, which in a sound world does not happen; those of the store.

/// Parties, sites, products, licences, and the inspectorate's key for draws (in hex).
Result<void> found_world(const Scene& scene, const std::string& operator_key_hex,
                         const std::string& vrf_key_hex);
/// Ids, packages, device keys, tests; what fails is destroyed before a witness.
Result<void> make_chips(const Scene& scene);
/// From the foundry to the assembler. One lot is accepted in part; the rest goes back.
Result<void> send_to_assembler(const Scene& scene);
/// Chips on boards, boards in containers, containers in pallets.
Result<void> assemble(const Scene& scene);
/// Across the border under licence, through the chokepoint, to the Provers.
Result<void> send_abroad(const Scene& scene);
/// Out of the boxes and into the racks.
Result<void> install_chips(const Scene& scene);
/// The first heads of all chips.
Result<void> file_first_heads(const Scene& scene);
/// What happens in the window: losses, retirements, the declaration of runs.
Result<void> live_through_window(const Scene& scene);
/// Heads and freezes. `frame_keys` by fleet.
Result<void> freeze_all(const Scene& scene, const FreezeHeads& heads,
                        const std::vector<Bytes>& frame_keys);

/// A chip that a statement lists, without further columns.
[[nodiscard]] inline std::vector<registry::StatementChip> listed(std::span<const ChipId> chips) {
  std::vector<registry::StatementChip> list;
  list.reserve(chips.size());
  for (const ChipId& chip : chips) list.push_back({chip});
  return list;
}

/// The statement that released `shipment`. Requires: a shipment that the state knows.
[[nodiscard]] inline Hash release_of(const registry::State& state, const std::string& shipment) {
  const auto& shipments = state.tables().shipments;
  return state.tables().statements[shipments[shipments.find(shipment)].release].hash;
}

/// Calls `file(part)` for each run of at most `registry::max_lot` items.
template <class T, class File>
Result<void> in_lots(std::span<const T> items, const File& file) {
  for (std::size_t i = 0; i < items.size(); i += registry::max_lot) {
    MUSTER_TRY(file(items.subspan(i, std::min(registry::max_lot, items.size() - i))));
  }
  return {};
}

}  // namespace muster::cli::demo
