#include "cli/demo/calendar.hpp"
#include "cli/demo/scene.hpp"

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
    MUSTER_TRY(in_lots(listed(chips), [&](std::vector<StatementChip> lot, std::size_t) {
      return scene.filing.add(maker_id, {.kind = "chip.package",
                                         .body = {{"product", batch.product}},
                                         .chips = std::move(lot),
                                         .site = foundry_site});
    }));
  }
  return {};
}

StatementChip with_key(const ChipId& chip, const Hash& key) {
  return {chip, Json{{"key", key.to_hex()}}};
}

Result<void> enrol(const Scene& scene, const FleetStock& stock,
                   const std::vector<Enrolment>& enrolments) {
  std::vector<StatementChip> chips;
  chips.reserve(enrolments.size());
  for (const Enrolment& one : enrolments) chips.push_back(with_key(one.first.chip, one.key));
  for (const Batch& batch : stock.batches) {
    for (const auto* others : {&batch.failing, &batch.spare}) {
      for (const ChipId& chip : *others) {
        chips.push_back(with_key(chip, device_key_hash(scene.world_seed, chip)));
      }
    }
  }
  return in_lots(std::move(chips), [&](std::vector<StatementChip> lot, std::size_t) {
    return scene.filing.add(maker_id, {.kind = "chip.enrol", .chips = std::move(lot)});
  });
}

Result<void> test(const Scene& scene, const FleetStock& stock) {
  std::vector<StatementChip> chips;
  const auto add = [&](const std::vector<ChipId>& tested, bool pass) {
    for (const ChipId& chip : tested) chips.push_back({chip, Json{{"pass", pass}}});
  };
  for (const Batch& batch : stock.batches) {
    add(batch.good, true);
    add(batch.spare, true);
    add(batch.failing, false);
  }
  return in_lots(std::move(chips), [&](std::vector<StatementChip> lot, std::size_t) {
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
  return in_lots(listed(failing), [&](std::vector<StatementChip> lot, std::size_t) {
    return scene.filing.add(
        maker_id,
        {.kind = "destroy",
         .body = {{"method", "shredded to 2 mm"}, {"place", "North Foundry, fab 1"}},
         .chips = std::move(lot),
         .site = foundry_site},
        {.co_signer = witness_id});
  });
}

}  // namespace

Result<void> make_chips(const Scene& scene, const std::vector<std::vector<Enrolment>>& enrolments) {
  const std::uint64_t fleets = scene.stock.size();
  MUSTER_TRY(scene.filing.begin("Chips packaged", calendar::packaged, 10 * fleets));
  for (const FleetStock& stock : scene.stock) MUSTER_TRY(package(scene, stock));
  MUSTER_TRY(scene.filing.begin("Device keys enrolled", calendar::enrolled, fleets));
  for (std::size_t i = 0; i < scene.stock.size(); ++i) {
    MUSTER_TRY(enrol(scene, scene.stock[i], enrolments[i]));
  }
  MUSTER_TRY(scene.filing.begin("Chips tested", calendar::tested, fleets));
  for (const FleetStock& stock : scene.stock) MUSTER_TRY(test(scene, stock));
  MUSTER_TRY(scene.filing.end());
  MUSTER_TRY(destroy_failing(scene));
  return scene.filing.end();
}

}  // namespace muster::cli::demo
