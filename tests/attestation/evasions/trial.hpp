#pragma once

#include <map>
#include <string>

#include "attestation/replay/emulated_fleet.hpp"
#include "tests/attestation/evasions/trained_run.hpp"
#include "tests/attestation/world.hpp"

namespace muster::attestation::test {

/// The run that is shown on days [10, 100), a step every nine hours; chips made on day 0, heads
/// reported on day 101, read on day 104.
inline FleetSpec trial_spec() {
  return {.run = must(RunId::parse("R-2026-1")),
          .world = crypto::sha256("world"),
          .window = {day(10), day(100)},
          .rate = rate("0.5"),
          .nonce = nonce_of("inspection")};
}

/// Accepts both firmwares of emulated chips.
inline const DeviceReference& fleet_reference() {
  static const DeviceReference reference = [] {
    DeviceReference made = emulated_reference();
    made.firmware.insert(updated_firmware());
    return made;
  }();
  return reference;
}

/// Sixteen chips at the inspector's visit, some of which evade.
struct Trial {
  explicit Trial(const std::map<std::uint32_t, Evasion>& evasions = {},
                 const std::map<std::uint32_t, Mishap>& mishaps = {})
      : spec(trial_spec()), fleet(fleet_of(with(spec, mishaps), evasions)) {
    declare({{fleet.declaration, true}});
  }

  static FleetSpec with(FleetSpec spec, const std::map<std::uint32_t, Mishap>& mishaps) {
    spec.mishaps = mishaps;
    return spec;
  }
  static EmulatedFleet fleet_of(const FleetSpec& spec,
                                const std::map<std::uint32_t, Evasion>& evasions) {
    std::vector<ChipId> chips;
    for (std::uint32_t i = 0; i < fleet_chips; ++i) chips.push_back(chip_number(100 + i));
    return emulated_fleet(spec, chips, shown_run().weights, hidden_run().weights, evasions);
  }

  void declare(std::vector<FiledDeclaration> filed) { index = DeclarationIndex(std::move(filed)); }

  [[nodiscard]] Subject subject(std::uint32_t shard) const {
    const FleetChip& chip = fleet.chips[shard];
    Subject made{.chip = chip.seat.chip,
                 .device_key = chip.device_key,
                 .openings = chip.read.openings,
                 .nonce = spec.nonce,
                 .declarations = &index,
                 .window = spec.window,
                 .held = {{spec.made_at(), day(1000)}},
                 .reference = &fleet_reference(),
                 .presence = Presence::uplink_cut,
                 .policy = {.rate = spec.rate, .now = spec.read_at()}};
    made.policy.memory_bytes = fleet.memory_chunks * fleet.declaration.metadata.chunk_bytes;
    if (!chip.read.head.empty()) made.head = ByteView(chip.read.head);
    if (!chip.read.log.empty()) made.log = ByteView(chip.read.log);
    for (const auto& [head, at] : chip.ledgered) made.ledgered_heads.push_back({head, at});
    return made;
  }
  [[nodiscard]] Appraisal appraised(std::uint32_t shard) const { return appraise(subject(shard)); }

  /// The codes found on the chips of these shards, and on all others: nothing.
  void check_only(const std::map<std::uint32_t, std::string>& expected) const {
    for (std::uint32_t shard = 0; shard < fleet_chips; ++shard) {
      const Appraisal result = appraised(shard);
      const auto own = expected.find(shard);
      CAPTURE(shard);
      CHECK(codes(result) == (own == expected.end() ? "" : own->second));
    }
  }

  FleetSpec spec;
  EmulatedFleet fleet;
  DeclarationIndex index;
};

/// Chip 5 evades, as the name says, and all others are honest.
inline Trial played(Evasion evasion) { return Trial({{5, evasion}}); }

}  // namespace muster::attestation::test
