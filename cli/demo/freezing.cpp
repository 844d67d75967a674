#include <algorithm>
#include <span>

#include "cli/audit/declaration_blobs.hpp"
#include "cli/audit/freeze_draft.hpp"
#include "cli/demo/calendar.hpp"
#include "cli/demo/head_columns.hpp"
#include "cli/demo/scene.hpp"

namespace muster::cli::demo {
namespace {

using registry::StatementChip;

/// What one manifest of shards holds: as much.
constexpr std::size_t seats_per_run = 500'000;

Json window_json(const Window& window) {
  return {{"from", window.from.to_string()}, {"to", window.to.to_string()}};
}

/// The chips of a fleet that meet `kind` of fate.
std::vector<ChipId> fated(const ProverSide& side, Fate::Kind kind) {
  std::vector<ChipId> chips;
  for (const Fate& fate : side.story().fates) {
    if (fate.kind == kind) chips.push_back(side.chips()[fate.position]);
  }
  return chips;
}

/// Calls `file(prover, chips)` for each fleet that has chips of this fate.
template <class File>
Result<void> each_fated(const Scene& scene, Fate::Kind kind, const File& file) {
  for (const auto& side : scene.sides) {
    const std::vector<ChipId> chips = fated(*side, kind);
    if (!chips.empty()) MUSTER_TRY(file(side->story().prover.text(), chips));
  }
  return scene.filing.flush();
}

/// Takes each chip off its board. One by one: two of them may stand on one board.
Result<void> detach(const Scene& scene, const std::string& prover,
                    const std::vector<ChipId>& chips) {
  const registry::State& state = scene.filing.state();
  const auto& tables = state.tables();
  for (const ChipId& chip : chips) {
    const std::string board = tables.holders[tables.chips[state.find_chip(chip)].parent].id;
    MUSTER_TRY(scene.filing.file(prover, {.kind = "asm.detach",
                                          .body = {{"parent", board}, {"reason", "taken off"}},
                                          .chips = listed(std::span(&chip, 1))}));
  }
  return {};
}

/// Out of the rack, off the board, and out of use.
Result<void> retire(const Scene& scene) {
  const auto file = [&](const char* kind) {
    return [&scene, kind](const std::string& prover, const std::vector<ChipId>& chips) {
      return scene.filing.add(
          prover, {.kind = kind, .body = {{"cause", "memory errors"}}, .chips = listed(chips)});
    };
  };
  const auto take_off = [&](const std::string& prover, const std::vector<ChipId>& chips) {
    return detach(scene, prover, chips);
  };
  MUSTER_TRY(each_fated(scene, Fate::Kind::retired, file("uninstall")));
  MUSTER_TRY(each_fated(scene, Fate::Kind::retired, take_off));
  return each_fated(scene, Fate::Kind::retired, file("retire"));
}

Result<void> declare_losses(const Scene& scene) {
  return each_fated(
      scene, Fate::Kind::mislaid, [&](const std::string& prover, const std::vector<ChipId>& chips) {
        return scene.filing.add(prover, {.kind = "loss.declare",
                                         .body = {{"circumstances", "not found at a stock-take"}},
                                         .chips = listed(chips)});
      });
}

/// Found again, proven by the device's own key before the authority, and let go by it.
Result<void> recover(const Scene& scene) {
  const auto found = [&](const std::string& prover, const std::vector<ChipId>& chips) {
    const registry::State& state = scene.filing.state();
    const registry::RowN chip = state.find_chip(chips.front());
    const std::string site = state.tables().sites[state.tables().chips[chip].site].id;
    const Hash proof = state.tables().identities[chip].device_key;
    return scene.filing.add(
        prover,
        {.kind = "recover",
         .body = {{"place", "a spares cupboard of the same site"}, {"proof", proof.to_hex()}},
         .chips = listed(chips),
         .site = site},
        {.co_signer = customs_id});
  };
  const auto lifted = [&](const std::string&, const std::vector<ChipId>& chips) {
    return scene.filing.add(customs_id, {.kind = "quarantine.lift",
                                         .body = {{"reason", "identity proven"}},
                                         .chips = listed(chips)});
  };
  MUSTER_TRY(each_fated(scene, Fate::Kind::mislaid, found));
  MUSTER_TRY(scene.filing.flush());
  return each_fated(scene, Fate::Kind::mislaid, lifted);
}

/// `whole` in parts of as many chips as one manifest takes, each a run of its own over the same
/// steps. Most fleets have one part, which keeps its name.
std::vector<attestation::Declaration> declared_parts(const ProverSide& side) {
  attestation::Declaration whole = side.declaration();
  if (whole.assignments.size() <= seats_per_run) return {std::move(whole)};
  std::vector<attestation::Declaration> parts;
  const std::span seats(whole.assignments);
  for (std::size_t first = 0; first < seats.size(); first += seats_per_run) {
    const auto part = seats.subspan(first, std::min(seats_per_run, seats.size() - first));
    parts.push_back({whole.metadata, {part.begin(), part.end()}, whole.steps});
    auto& run = parts.back().metadata.run;
    run = RunId::parse(run.text() + "-" + std::to_string(parts.size())).value();
    parts.back().metadata.flop = side.flop_on(part.size());
  }
  return parts;
}

Result<void> declare_run(const Scene& scene, const ProverSide& side) {
  for (const auto& part : declared_parts(side)) {
    MUSTER_TRY_ASSIGN(auto filed,
                      audit::declaration_blobs(part, "language model", scene.filing.random()));
    filed.body["format"] = "BF16";
    MUSTER_TRY(scene.filing.add(side.story().prover.text(),
                                {.kind = "run.declare", .body = std::move(filed.body)},
                                {.blobs = std::move(filed.blobs)}));
  }
  return {};
}

/// The heads of a fleet as lines of manifests, by rising ids.
std::vector<StatementChip> head_lines(const ProverSide& side, const std::vector<FiledHead>& heads) {
  std::vector<StatementChip> lines;
  lines.reserve(heads.size());
  for (std::size_t i = 0; i < heads.size(); ++i) {
    lines.push_back({side.chips()[i], head_columns(heads[i])});
  }
  std::ranges::sort(lines, {}, &StatementChip::chip);
  return lines;
}

/// Files the fleet's heads, in as many parts as manifests need.
Result<void> file_heads(const Scene& scene, const ProverSide& side,
                        const std::vector<FiledHead>& heads) {
  const auto lines = head_lines(side, heads);
  for (std::size_t first = 0; first < lines.size(); first += heads_per_statement) {
    const std::size_t last = std::min(lines.size(), first + heads_per_statement);
    const auto part = std::span(lines).subspan(first, last - first);
    MUSTER_TRY(scene.filing.file(side.story().prover.text(),
                                 {.kind = "heads.commit",
                                  .body = {{"window", window_json(side.story().window)}},
                                  .chips = {part.begin(), part.end()}}));
  }
  return {};
}

Result<void> freeze(const Scene& scene, const ProverSide& side, Bytes frame_key) {
  const registry::State& state = scene.filing.state();
  const PartyId& prover = side.story().prover;
  const audit::FreezeWish wish{prover.text() + ".2026-10", prover, side.story().window};
  MUSTER_TRY_ASSIGN(const auto made,
                    audit::made_freeze(state, scene.book.models, wish, std::move(frame_key)));
  MUSTER_TRY(scene.filing.file(prover.text(), audit::freeze_draft(state, wish, made)));
  return {};
}

}  // namespace

Result<void> live_through_window(const Scene& scene) {
  MUSTER_TRY(scene.filing.begin("Retired, lost and found in the window", calendar::retired,
                                4 * scene.sides.size()));
  MUSTER_TRY(retire(scene));
  MUSTER_TRY(scene.filing.wait_until(calendar::lost));
  MUSTER_TRY(declare_losses(scene));
  MUSTER_TRY(scene.filing.wait_until(calendar::found_again));
  MUSTER_TRY(recover(scene));
  MUSTER_TRY(scene.filing.begin("Runs declared", calendar::declared, scene.sides.size()));
  for (const auto& side : scene.sides) MUSTER_TRY(declare_run(scene, *side));
  return scene.filing.end();
}

Result<void> freeze_all(const Scene& scene, const FreezeHeads& heads,
                        const std::vector<Bytes>& frame_keys) {
  MUSTER_TRY(
      scene.filing.begin("Heads and frames frozen", calendar::frozen, 2 * scene.sides.size()));
  for (std::size_t i = 0; i < scene.sides.size(); ++i) {
    MUSTER_TRY(file_heads(scene, *scene.sides[i], heads[i]));
    MUSTER_TRY(freeze(scene, *scene.sides[i], frame_keys[i]));
  }
  return scene.filing.end();
}

}  // namespace muster::cli::demo
