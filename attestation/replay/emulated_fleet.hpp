#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "attestation/device/emulated_chip.hpp"
#include "attestation/replay/evasion.hpp"
#include "attestation/replay/trained_weights.hpp"

namespace muster::attestation {

/// When and how a run works on emulated chips. SYNTHETIC: keys, secrets and time are; weights and
/// their digests are those that were trained.
struct FleetSpec {
  RunId run;
  Hash world;                     ///< What the chips' keys and secrets follow from.
  Window window;                  ///< The run's: its steps are spread evenly over it.
  SnapshotRate rate;              ///< Snapshots per powered day.
  Bytes nonce;                    ///< Of the inspector: 8 to 64 bytes.
  std::uint32_t svn = 1;          ///< Security version of the firmware.
  std::uint32_t first_place = 0;  ///< Of the first chip, in the larger fleet that it is a part of.
  std::map<std::uint32_t, Mishap> mishaps{};  ///< By shard.
  /// From the run's beginning to its end, so often a head is filed at a beacon time; 0: none is. A
  /// chip that is off then files when it boots.
  std::int64_t head_every_ms = 0;
  std::int64_t made_before_ms = 10 * ms_per_day;  ///< From manufacture to the run.
  std::int64_t frozen_after_ms = ms_per_day;      ///< From the run to the freeze.
  std::int64_t read_after_ms = 4 * ms_per_day;    ///< From the run to the inspector's visit.

  [[nodiscard]] Timestamp made_at() const { return {window.from.ms - made_before_ms}; }
  [[nodiscard]] Timestamp frozen_at() const { return {window.to.ms + frozen_after_ms}; }
  [[nodiscard]] Timestamp read_at() const { return {window.to.ms + read_after_ms}; }
};

/// Chunks that a chip of a fleet uses besides its shard, and those that a declaration leaves free.
/// The declaration of a model of others leaves no more free than are used: else a chunk that was
/// changed in the shard would hide there.
inline constexpr std::uint32_t fleet_scratch_chunks = 2;
inline constexpr std::uint32_t fleet_scratch_budget = 4;

/// One chip, as its owner reports and presents it.
struct FleetChip {
  Seat seat;
  Evasion evasion = Evasion::none;
  Mishap mishap = Mishap::none;
  std::optional<crypto::PublicKey> device_key{};
  /// Heads that came into the ledger, and when: of manufacture, beacon times, firmware updates, the
  /// freeze.
  std::vector<std::pair<Bytes, Timestamp>> ledgered{};
  ReadOut read{};                     ///< An empty head and an empty log: nothing is presented.
  std::vector<Timestamp> instants{};  ///< Of its snapshots.
};

/// A fleet at the inspector's visit, and what was declared of it before the freeze.
struct EmulatedFleet {
  std::vector<FleetChip> chips;  ///< By shard.
  Declaration declaration;       ///< The honest one of the run that is shown.
  std::uint32_t memory_chunks;   ///< Chunks of a chip's memory.
};

/// The second accepted firmware of emulated chips, after an update.
[[nodiscard]] Hash updated_firmware();

/// The profile of the fleet's chips: memory for a shard, scratch space and half as much again.
[[nodiscard]] ChipProfile fleet_profile(const FleetSpec& spec, const TrainedWeights& shown);

/// A fleet that was reported at the freeze and stands before the inspector: whoever reads a chip
/// brings a nonce, and each reading is of the chip as it stands, whatever was read before.
class StandingFleet final {
 public:
  /// Runs the chips from manufacture to the visit, the one in place i on shard i + first place,
  /// modulo the shards of `shown`. Those that an evasion puts to work elsewhere hold the weights of
  /// `hidden`. Mishaps and evasions are by the chip's place. Borrows both trainings. Requires: a
  /// window of three days or more; a chip; mishaps and evasions of places there are; every state of
  /// `shown`, and of `hidden` of the same sizes.
  StandingFleet(FleetSpec spec, std::span<const ChipId> chips, const TrainedWeights& shown,
                const TrainedWeights& hidden,
                const std::map<std::uint32_t, Evasion>& evasions = {});
  StandingFleet(StandingFleet&&) noexcept;
  StandingFleet& operator=(StandingFleet&&) noexcept;
  ~StandingFleet();

  /// As they were reported: nothing is read of them.
  [[nodiscard]] const std::vector<FleetChip>& chips() const { return chips_; }
  /// What the owner presents of the chip in `place` to who brings `nonce`.
  /// Requires: a place; a nonce of 8 to 64 bytes.
  [[nodiscard]] ReadOut present(std::size_t place, ByteView nonce) const;

  [[nodiscard]] const SyntheticRun& declared() const;  ///< The run that is shown.
  [[nodiscard]] const SyntheticRun& other() const;     ///< The run that is hidden.
  [[nodiscard]] std::uint32_t memory_chunks() const;   ///< Chunks of a chip's memory.

 private:
  struct Work;
  std::unique_ptr<Work> work_;
  std::vector<FleetChip> chips_;
};

/// A fleet of one chip on each shard of `shown`, read with the nonce of `spec`.
/// Requires: as StandingFleet, and as many chips as shards.
[[nodiscard]] EmulatedFleet emulated_fleet(const FleetSpec& spec, std::span<const ChipId> chips,
                                           const TrainedWeights& shown,
                                           const TrainedWeights& hidden,
                                           const std::map<std::uint32_t, Evasion>& evasions = {});

}  // namespace muster::attestation
