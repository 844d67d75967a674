#include "cli/demo/calendar.hpp"
#include "cli/demo/scene.hpp"
#include "ledger/base/parallel.hpp"

namespace muster::cli::demo {
namespace {

using registry::StatementChip;

Result<void> package(const Scene& scene, const FleetStock& stock) {
  for (const Batch& batch : stock.batches) {
    std::vector<ChipId> chips = batch.good;
    chips.insert(chips.end(), batch.failing.begin(), batch.failing.end());
    chips.insert(chips.end(), batch.spare.begin(), batch.spare.end());
    MUSTER_TRY(scene.filing.file(maker_id, {.kind = "id.reserve",
                                            .body = {{"block", batch.block},
                                                     {"count", chips.size()},
                                                     {"product", batch.product},
                                                     {"packager", maker_id}}}));
    MUSTER_TRY(in_lots<ChipId>(chips, [&](std::span<const ChipId> lot) {
      return scene.filing.add(maker_id, {.kind = "chip.package",
                                         .body = {{"product", batch.product}},
                                         .chips = listed(lot),
                                         .site = foundry_site});
    }));
  }
  return {};
}

Result<void> enrol_lot(const Scene& scene, std::span<const ChipId> chips) {
  std::vector<Hash> keys(chips.size());
  parallel_for(chips.size(), scene.threads,
               [&](std::size_t i) { keys[i] = device_key_hash(scene.world_seed, chips[i]); });
  std::vector<StatementChip> lot;
  lot.reserve(chips.size());
  for (std::size_t i = 0; i < chips.size(); ++i) {
    lot.push_back({chips[i], Json{{"key", keys[i].to_hex()}}});
  }
  return scene.filing.add(maker_id, {.kind = "chip.enrol", .chips = std::move(lot)});
}

Result<void> enrol(const Scene& scene, const FleetStock& stock) {
  std::vector<ChipId> chips = stock.chips;
  for (const Batch& batch : stock.batches) {
    chips.insert(chips.end(), batch.failing.begin(), batch.failing.end());
    chips.insert(chips.end(), batch.spare.begin(), batch.spare.end());
  }
  return in_lots<ChipId>(chips, [&](std::span<const ChipId> lot) { return enrol_lot(scene, lot); });
}

Result<void> test(const Scene& scene, const FleetStock& stock) {
  std::vector<std::pair<ChipId, bool>> results;
  const auto add = [&](const std::vector<ChipId>& tested, bool pass) {
    for (const ChipId& chip : tested) results.emplace_back(chip, pass);
  };
  for (const Batch& batch : stock.batches) {
    add(batch.good, true);
    add(batch.spare, true);
    add(batch.failing, false);
  }
  using Results = std::span<const std::pair<ChipId, bool>>;
  return in_lots<std::pair<ChipId, bool>>(results, [&](Results part) {
    std::vector<StatementChip> lot;
    lot.reserve(part.size());
    for (const auto& [chip, pass] : part) lot.push_back({chip, Json{{"pass", pass}}});
    return scene.filing.add(maker_id, {.kind = "chip.test",
                                       .body = {{"lot", stock.fleet->prover.text()}},
                                       .chips = std::move(lot)});
  });
}

std::vector<ChipId> failing_chips(const Scene& scene) {
  std::vector<ChipId> chips;
  for (const FleetStock& stock : scene.stock) {
    for (const Batch& batch : stock.batches) {
      chips.insert(chips.end(), batch.failing.begin(), batch.failing.end());
    }
  }
  return chips;
}

/// What failed its test is destroyed before a witness who signs as well.
Result<void> destroy_failing(const Scene& scene) {
  const std::vector<ChipId> failing = failing_chips(scene);
  if (failing.empty()) return {};
  MUSTER_TRY(scene.filing.begin("Failed chips destroyed", calendar::destroyed, 1));
  return in_lots<ChipId>(failing, [&](std::span<const ChipId> lot) {
    return scene.filing.add(
        maker_id,
        {.kind = "destroy",
         .body = {{"method", "shredded to 2 mm"}, {"place", "North Foundry, fab 1"}},
         .chips = listed(lot),
         .site = foundry_site},
        {.co_signer = witness_id});
  });
}

}  // namespace

Result<void> make_chips(const Scene& scene) {
  const std::uint64_t fleets = scene.stock.size();
  MUSTER_TRY(scene.filing.begin("Chips packaged", calendar::packaged, 10 * fleets));
  for (const FleetStock& stock : scene.stock) MUSTER_TRY(package(scene, stock));
  MUSTER_TRY(scene.filing.begin("Device keys enrolled", calendar::enrolled, fleets));
  for (const FleetStock& stock : scene.stock) MUSTER_TRY(enrol(scene, stock));
  MUSTER_TRY(scene.filing.begin("Chips tested", calendar::tested, fleets));
  for (const FleetStock& stock : scene.stock) MUSTER_TRY(test(scene, stock));
  MUSTER_TRY(scene.filing.end());
  MUSTER_TRY(destroy_failing(scene));
  return scene.filing.end();
}

}  // namespace muster::cli::demo
