#include "attestation/replay/emulated_fleet.hpp"

#include <algorithm>
#include <variant>

#include "attestation/device/head.hpp"
#include "attestation/device/log_reader.hpp"
#include "attestation/device/memory.hpp"
#include "attestation/device/tamper.hpp"
#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {
namespace {

constexpr std::size_t small_store = 24;  // entries, of a chip whose log wraps

SyntheticRun run_on_chips(const FleetSpec& spec, const TrainedWeights& weights,
                          std::string_view suffix) {
  const HeldRun& held = weights.run();
  const auto states = static_cast<std::int64_t>(held.steps / held.steps_per_state);
  SyntheticRunSpec run{.run = spec.run, .seed = {}, .window = spec.window};
  run.seed = crypto::sha256({spec.world.view(), as_bytes(suffix)});  // of its scratch memory
  run.shards = held.layout.shards;
  run.weight_chunks = weights.chunks();
  run.scratch_chunks = fleet_scratch_chunks;
  run.scratch_budget = held.is_external ? fleet_scratch_chunks : fleet_scratch_budget;
  run.chunk_bytes = held.layout.chunk_bytes;
  run.step_ms = (spec.window.length_ms() + states - 1) / states;
  run.steps_per_state = held.steps_per_state;
  run.parameters = held.parameters;
  run.flop = held.flop;
  run.bytes_per_parameter = held.bytes_per_parameter;
  return SyntheticRun(run, weights.source());
}

/// What stands before the inspector: a chip that answers, or a read-out that its owner kept.
using Standing = std::variant<EmulatedChip, ReadOut>;

ReadOut answer_of(const Standing& standing, ByteView nonce) {
  if (const auto* kept = std::get_if<ReadOut>(&standing)) return *kept;
  EmulatedChip chip = std::get<EmulatedChip>(standing);
  return chip.read_out(nonce);
}

/// One chip at work, and what it leaves behind.
class ChipLife final {
 public:
  ChipLife(const FleetSpec& spec, const ChipProfile& profile, FleetChip& record)
      : spec_(&spec),
        record_(&record),
        chip_(record.seat.chip, emulated_chip_seed(spec.world, record.seat.chip), profile,
              spec.made_at()),
        next_head_{spec.window.from.ms + spec.head_every_ms} {
    record.device_key = chip_.device_key();
    file_head();
    chip_.run(spec.window.from, idle_memory);
  }

  [[nodiscard]] Standing live(const MemoryAt& shown, const MemoryAt& hidden) {
    const std::int64_t third = spec_->window.length_ms() / 3;
    work(chip_, Timestamp{spec_->window.from.ms + third}, shown);
    befall();
    deviate(Timestamp{spec_->window.to.ms - third}, shown, hidden);
    work(chip_, spec_->window.to, shown);
    Standing standing = freeze_and_wait();
    record_->instants = chip_.snapshot_instants();
    return standing;
  }

 private:
  void file_head() { record_->ledgered.emplace_back(chip_.sealed_head(spec_->nonce), chip_.now()); }

  /// The beacon's value of the time stands in the head, so that it cannot have been signed before.
  void file_beacon_head(const EmulatedChip& chip) {
    const std::string value = "muster/emulated/beacon/" + next_head_.to_string();
    record_->ledgered.emplace_back(chip.sealed_head(crypto::sha256(value).view()), chip.now());
    while (next_head_ <= chip.now()) next_head_.ms += spec_->head_every_ms;
  }
  [[nodiscard]] bool head_due(Timestamp until) const {
    return spec_->head_every_ms > 0 && next_head_ <= std::min(until, spec_->window.to);
  }

  /// Runs the chip, which files the heads that are due.
  void work(EmulatedChip& chip, Timestamp until, const MemoryAt& memory) {
    while (head_due(until)) {
      chip.run(std::max(chip.now(), next_head_), memory);
      file_beacon_head(chip);
    }
    chip.run(until, memory);
  }

  void befall() {
    const Mishap mishap = record_->mishap;
    if (mishap == Mishap::power_cut) {
      const std::int64_t cut_ms = std::min(ms_per_day, spec_->window.length_ms() / 12);
      chip_.power_off(Timestamp{chip_.now().ms + cut_ms});
    } else if (mishap == Mishap::firmware_update) {
      chip_.update_firmware(updated_firmware(), spec_->svn);
      file_head();
    } else if (mishap == Mishap::read_out) {
      record_->ledgered.emplace_back(chip_.read_out(spec_->nonce).head, chip_.now());
    }
  }

  // What happens in the middle third of the run.
  void deviate(Timestamp until, const MemoryAt& shown, const MemoryAt& hidden) {
    const Evasion evasion = record_->evasion;
    if (evasion == Evasion::suppress) {
      chip_.suppress_snapshots(true);
      work(chip_, until, hidden);
      chip_.suppress_snapshots(false);
    } else if (evasion == Evasion::reflash) {
      chip_.update_firmware(crypto::sha256("muster/emulated/firmware/unsigned"), spec_->svn);
      file_head();
      work(chip_, until, shown);
      chip_.update_firmware(emulated_profile(spec_->rate).firmware, spec_->svn);
      file_head();
    } else if (evasion == Evasion::flash_back) {
      chip_.power_off(until);  // what the restored flash knows; what went on it does not
    } else if (evasion == Evasion::flash_filed) {
      EmulatedChip at_work = chip_;
      work(at_work, until, hidden);
      chip_.power_off(until);
    } else if (evasion == Evasion::flash_for_heads) {
      while (head_due(Timestamp{until.ms - 1})) {
        chip_.power_off(std::max(Timestamp{chip_.now().ms + 1}, next_head_));
        file_beacon_head(chip_);
      }
      chip_.power_off(until);
    } else if (evasion == Evasion::fork) {
      twin_.emplace(chip_);
      twin_->power_off(Timestamp{chip_.now().ms + ms_per_day});
      twin_->run(spec_->window.to, shown);
    } else if (evasion == Evasion::rollback) {
      twin_.emplace(chip_);
    }
  }

  Standing freeze_and_wait() {
    const Bytes frozen_nonce = to_bytes(crypto::sha256("muster/emulated/freeze").view());
    const bool rolls_back = record_->evasion == Evasion::rollback;
    EmulatedChip& reporting = twin_ && !rolls_back ? *twin_ : chip_;
    reporting.run(spec_->frozen_at(), idle_memory);
    const ReadOut frozen = reporting.read_out(frozen_nonce);
    record_->ledgered.emplace_back(frozen.head, spec_->frozen_at());
    if (record_->evasion == Evasion::stale_head) return frozen;
    if (rolls_back) {
      twin_->power_off(spec_->read_at());
      return *twin_;
    }
    if (twin_) {
      chip_.run(spec_->frozen_at(), idle_memory);
      (void)chip_.read_out(frozen_nonce);  // each life closes its epoch at the freeze
    }
    chip_.run(spec_->read_at(), idle_memory);
    return chip_;
  }

  const FleetSpec* spec_;
  FleetChip* record_;
  EmulatedChip chip_;
  std::optional<EmulatedChip> twin_;
  Timestamp next_head_;  // at a beacon time
};

ChipProfile profile_of(const ChipProfile& honest, const FleetChip& chip) {
  const Evasion evasion = chip.evasion;
  ChipProfile profile = honest;
  if (chip.mishap == Mishap::drift) profile.drift_ppm = 20;
  if (evasion == Evasion::rare) profile.rate = SnapshotRate::parse("0.001").value();
  if (evasion == Evasion::wrap) profile.log_capacity = small_store;
  if (evasion == Evasion::region) profile.chunks = honest.chunks / 2;
  return profile;
}

/// What the chips of a fleet may work for.
struct RunsOfFleet {
  const FleetSpec& spec;
  const TrainedWeights& shown;
  const SyntheticRun& declared;
  const SyntheticRun& other;
  std::uint32_t chunks;

  [[nodiscard]] MemoryAt memory_of(const Seat& seat, Evasion evasion) const;
};

/// The first half of what is in memory, for firmware that looks at no more.
MemoryAt half_of(const MemoryAt& memory, std::uint32_t chunks) {
  return [memory, chunks](Timestamp at, std::span<Hash> seen) {
    std::vector<Hash> all(chunks, zero_chunk);
    memory(at, all);
    std::copy_n(all.begin(), seen.size(), seen.begin());
  };
}

/// The same memory with one bit of the shard flipped, whichever state lies there.
MemoryAt flipped(const MemoryAt& memory, const TrainedWeights& weights, std::uint32_t shard,
                 const SyntheticRun& run) {
  return [&weights, &run, memory, shard](Timestamp at, std::span<Hash> seen) {
    memory(at, seen);
    const Window& window = run.spec().window;
    if (at < window.from || at >= window.to) return;
    const std::uint64_t state = run.step_at(at);
    const bool is_next = seen[0] != weights.chunk(shard, state, 0);
    seen[0] = weights.flipped_chunk(shard, is_next ? state + 1 : state);
  };
}

MemoryAt RunsOfFleet::memory_of(const Seat& seat, Evasion evasion) const {
  if (evasion == Evasion::hidden_run) return other.memory(seat);
  if (evasion == Evasion::other_shard) {
    return declared.memory({seat.chip, (seat.shard + 1) % declared.spec().shards});
  }
  MemoryAt honest = declared.memory(seat);
  if (evasion == Evasion::region) return half_of(honest, chunks);
  if (evasion == Evasion::flipped_byte) return flipped(honest, shown, seat.shard, declared);
  if (evasion != Evasion::stale_weights) return honest;
  return [window = spec.window, honest](Timestamp at, std::span<Hash> seen) {
    if (at >= window.from && at < window.to) honest(window.from, seen);
  };
}

/// The counter of the middle snapshot of a log, or of its middle entry where it has none.
std::uint64_t middle_of(ByteView bytes) {
  const DeviceLog log = read_log(bytes);
  const std::size_t place =
      log.snapshots.empty() ? log.points.size() / 2 : log.snapshots[log.snapshots.size() / 2].point;
  return log.points[place].counter;
}

/// A head like the chip's own, by whoever has not its key.
Bytes imitated_head(ByteView head) {
  const auto own = parsed_head(head);
  MUSTER_CHECK(own.has_value());
  const crypto::Ed25519Signer impostor(crypto::sha256("muster/emulated/dummy").bytes);
  return signed_head(own->head, impostor);
}

/// What is done to the log's file.
Bytes tampered_log(Evasion evasion, ByteView log) {
  const std::uint64_t middle = middle_of(log);
  if (evasion == Evasion::edit) return log_with_edit(log, middle);
  if (evasion == Evasion::drop) return log_without(log, middle, middle + 1);
  if (evasion == Evasion::truncate) return log_without(log, middle, max_log_number);
  if (evasion == Evasion::swap) return log_with_swap(log, middle);
  if (evasion == Evasion::copy) return log_with_copy(log, middle);
  return to_bytes(log);
}

/// What is presented of a chip that answers `own`; `next` is what the chip beside it answers.
ReadOut presented(Evasion evasion, ReadOut own, const ReadOut& next) {
  if (evasion == Evasion::nothing) return {};
  if (evasion == Evasion::other_chip) return next;
  if (evasion == Evasion::other_log) {
    own.log = next.log;
    own.openings = next.openings;
  } else if (evasion == Evasion::dummy) {
    own.head = imitated_head(own.head);
  } else if (evasion == Evasion::no_openings) {
    own.openings.clear();
  } else {
    own.log = tampered_log(evasion, own.log);
  }
  return own;
}

bool shows_the_next(Evasion evasion) {
  return evasion == Evasion::other_chip || evasion == Evasion::other_log;
}

}  // namespace

Hash updated_firmware() { return crypto::sha256("muster/emulated/firmware/2"); }

ChipProfile fleet_profile(const FleetSpec& spec, const TrainedWeights& shown) {
  ChipProfile profile = emulated_profile(spec.rate);
  const std::uint32_t used = shown.chunks() + fleet_scratch_chunks;
  profile.chunk_bytes = shown.run().layout.chunk_bytes;
  profile.chunks = used + used / 2 + 1;
  profile.svn = spec.svn;
  return profile;
}

struct StandingFleet::Work {
  Work(FleetSpec given, const TrainedWeights& shown, const TrainedWeights& hidden)
      : spec(std::move(given)),
        declared(run_on_chips(spec, shown, "shown")),
        other(run_on_chips(spec, hidden, "hidden")),
        honest(fleet_profile(spec, shown)) {}

  FleetSpec spec;
  SyntheticRun declared;
  SyntheticRun other;
  ChipProfile honest;
  std::vector<Standing> standing{};
};

StandingFleet::StandingFleet(FleetSpec spec, std::span<const ChipId> chips,
                             const TrainedWeights& shown, const TrainedWeights& hidden,
                             const std::map<std::uint32_t, Evasion>& evasions)
    : work_(std::make_unique<Work>(std::move(spec), shown, hidden)) {
  const std::uint32_t shards = shown.run().layout.shards;
  MUSTER_CHECK(!chips.empty() && hidden.run().layout.shards == shards);
  MUSTER_CHECK(evasions.empty() || evasions.rbegin()->first < chips.size());
  const RunsOfFleet runs{work_->spec, shown, work_->declared, work_->other, work_->honest.chunks};
  for (std::uint32_t place = 0; place < chips.size(); ++place) {
    const auto found = evasions.find(place);
    FleetChip record{.seat = {chips[place], (work_->spec.first_place + place) % shards},
                     .evasion = found == evasions.end() ? Evasion::none : found->second};
    const auto mishap = work_->spec.mishaps.find(place);
    if (mishap != work_->spec.mishaps.end()) record.mishap = mishap->second;
    ChipLife life(work_->spec, profile_of(work_->honest, record), record);
    work_->standing.push_back(
        life.live(runs.memory_of(record.seat, record.evasion), work_->other.memory(record.seat)));
    chips_.push_back(std::move(record));
  }
}

StandingFleet::StandingFleet(StandingFleet&&) noexcept = default;
StandingFleet& StandingFleet::operator=(StandingFleet&&) noexcept = default;
StandingFleet::~StandingFleet() = default;

ReadOut StandingFleet::present(std::size_t place, ByteView nonce) const {
  const Evasion evasion = chips_[place].evasion;
  ReadOut own = answer_of(work_->standing[place], nonce);
  if (!shows_the_next(evasion)) return presented(evasion, std::move(own), {});
  const std::size_t next = (place + 1) % chips_.size();
  return presented(evasion, std::move(own), answer_of(work_->standing[next], nonce));
}

const SyntheticRun& StandingFleet::declared() const { return work_->declared; }
const SyntheticRun& StandingFleet::other() const { return work_->other; }
std::uint32_t StandingFleet::memory_chunks() const { return work_->honest.chunks; }

EmulatedFleet emulated_fleet(const FleetSpec& spec, std::span<const ChipId> chips,
                             const TrainedWeights& shown, const TrainedWeights& hidden,
                             const std::map<std::uint32_t, Evasion>& evasions) {
  MUSTER_CHECK(chips.size() == shown.run().layout.shards);
  const StandingFleet fleet(spec, chips, shown, hidden, evasions);
  std::vector<FleetChip> records = fleet.chips();
  std::vector<Seat> seats;
  std::vector<Timestamp> instants;
  for (std::size_t place = 0; place < records.size(); ++place) {
    FleetChip& record = records[place];
    record.read = fleet.present(place, spec.nonce);
    seats.push_back(record.seat);
    instants.insert(instants.end(), record.instants.begin(), record.instants.end());
  }
  return {std::move(records), fleet.declared().declaration(seats, instants), fleet.memory_chunks()};
}

}  // namespace muster::attestation
