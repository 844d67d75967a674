#include "cli/demo/prover_side.hpp"

#include <algorithm>
#include <numeric>

#include "attestation/device/head.hpp"
#include "attestation/device/tamper.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/parallel.hpp"
#include "ledger/base/timestamp.hpp"
#include "ledger/crypto/sha256.hpp"
#include "sampler/stats/decimal.hpp"

namespace muster::cli::demo {
namespace {

using attestation::EmulatedChip;
using attestation::SyntheticRun;
using attestation::SyntheticRunSpec;

constexpr std::uint32_t chunks_per_chip = 8;
constexpr std::uint64_t chunk_bytes = 10'737'418'240;  // 10 GiB: 8 of them are 80 GiB
constexpr std::uint32_t shards = 8;
constexpr std::size_t idle_every = 10;

/// Heads filed before anybody asked carry a nonce of their own purpose.
constexpr std::string_view first_nonce = "muster/demo/installation";
constexpr std::string_view freeze_nonce = "muster/demo/freeze";

Hash run_seed(const ProverStory& story, std::string_view label) {
  return crypto::sha256({story.world_seed.view(), as_bytes("/"), as_bytes(story.prover.text()),
                         as_bytes("/"), as_bytes(label)});
}

SyntheticRunSpec run_spec(const ProverStory& story, std::string_view label) {
  auto run = RunId::parse(story.prover.text() + "." + std::string(label));
  MUSTER_CHECK(run.has_value());
  SyntheticRunSpec spec{.run = *run, .seed = run_seed(story, label), .window = story.window};
  spec.window.from = story.installed_at;
  spec.window.to.ms = story.window.to.ms + 30 * ms_per_day;
  spec.shards = shards;
  spec.weight_chunks = 6;
  spec.scratch_chunks = 1;
  spec.scratch_budget = 1;
  spec.chunk_bytes = chunk_bytes;
  spec.step_ms = ms_per_day;
  return spec;
}

FiledHead filed(const ChipId& chip, const Bytes& bytes) {
  auto presented = attestation::parsed_head(bytes);
  MUSTER_CHECK(presented.has_value());
  const auto& head = presented->head;
  return {chip, head.epoch, head.counter, head.entry, crypto::sha256(ByteView(bytes))};
}

attestation::SnapshotRate any_rate() {
  auto rate = attestation::SnapshotRate::parse("1");
  MUSTER_CHECK(rate.has_value());
  return *rate;
}

/// Without its snapshots a log no longer hangs together, and due instants have no entry.
void drop_snapshots(attestation::ReadOut& read_out) {
  read_out.log = attestation::log_without(read_out.log, 1, 3);
}

}  // namespace

EmulatedChip device_of(const Hash& world_seed, const ChipId& chip) {
  // The key depends on the seed alone, whatever the profile.
  return {
      chip, attestation::emulated_chip_seed(world_seed, chip), {.rate = any_rate()}, Timestamp{0}};
}

Hash device_key_hash(const Hash& world_seed, const ChipId& chip) {
  return crypto::sha256(ByteView(device_of(world_seed, chip).device_key().bytes()));
}

ProverSide::ProverSide(ProverStory story, std::span<const ChipId> chips)
    : story_(std::move(story)),
      chips_(chips),
      by_id_(chips.size()),
      declared_(run_spec(story_, "declared")),
      hidden_(run_spec(story_, "hidden")) {
  std::iota(by_id_.begin(), by_id_.end(), std::uint32_t{0});
  std::ranges::sort(by_id_, {}, [this](std::uint32_t position) { return chips_[position]; });
}

std::optional<std::size_t> ProverSide::position_of(const ChipId& chip) const {
  const auto id_at = [this](std::uint32_t position) { return chips_[position]; };
  const auto found = std::ranges::lower_bound(by_id_, chip, {}, id_at);
  if (found == by_id_.end() || chips_[*found] != chip) return std::nullopt;
  return *found;
}

bool ProverSide::is_idle(std::size_t position) const {
  return !is_hidden(position) && position % idle_every == idle_every - 1;
}

EmulatedChip ProverSide::fresh_chip(const ChipId& chip) const {
  auto profile = attestation::emulated_profile(story_.rate);
  profile.chunks = chunks_per_chip;
  profile.chunk_bytes = chunk_bytes;
  return EmulatedChip(chip, attestation::emulated_chip_seed(story_.world_seed, chip), profile,
                      story_.installed_at);
}

attestation::MemoryAt ProverSide::memory_of(std::size_t position) const {
  if (is_idle(position)) return attestation::idle_memory;
  const auto shard = static_cast<std::uint32_t>(position % shards);
  const SyntheticRun& run = is_hidden(position) ? hidden_ : declared_;
  return run.memory({chips_[position], shard});
}

const Fate* ProverSide::fate_of(std::size_t position) const {
  const auto found = std::ranges::find(story_.fates, position, &Fate::position);
  return found == story_.fates.end() ? nullptr : &*found;
}

EmulatedChip ProverSide::at_end_of_window(std::size_t position) const {
  EmulatedChip device = fresh_chip(chips_[position]);
  const Fate* fate = fate_of(position);
  device.run(fate == nullptr ? story_.window.to : fate->at, memory_of(position));
  if (fate != nullptr && fate->kind == Fate::Kind::mislaid) {
    device.power_off(fate->found_at);
    device.run(story_.window.to, attestation::idle_memory);
  }
  return device;
}

void ProverSide::go_on(EmulatedChip& device, std::size_t position, Timestamp until) const {
  const Fate* fate = fate_of(position);
  if (fate == nullptr) {
    device.run(until, memory_of(position));
  } else if (fate->kind == Fate::Kind::mislaid) {
    device.run(until, attestation::idle_memory);
  } else {
    device.power_off(until, true);
  }
}

std::vector<FiledHead> ProverSide::first_heads(std::size_t first, std::size_t count,
                                               unsigned threads) const {
  std::vector<FiledHead> heads(count, FiledHead{chips_.front(), 0, 0, {}, {}});
  parallel_for(count, threads, [&](std::size_t i) {
    const ChipId& chip = chips_[first + i];
    heads[i] = filed(chip, fresh_chip(chip).sealed_head(as_bytes(first_nonce)));
  });
  return heads;
}

std::vector<FiledHead> ProverSide::heads_at_freeze(unsigned threads) const {
  std::vector<FiledHead> heads(chips_.size(), FiledHead{chips_.front(), 0, 0, {}, {}});
  parallel_for(chips_.size(), threads, [&](std::size_t i) {
    heads[i] = filed(chips_[i], at_end_of_window(i).sealed_head(as_bytes(freeze_nonce)));
  });
  return heads;
}

attestation::Declaration ProverSide::declaration() const {
  std::vector<attestation::Seat> seats;
  for (std::size_t i = 0; i < chips_.size(); ++i) {
    if (is_idle(i)) continue;  // hidden chips are claimed to serve the declared run
    seats.push_back({chips_[i], static_cast<std::uint32_t>(i % shards)});
  }
  attestation::Declaration declared = declared_.full_declaration(seats);
  // A chip that is taken out, or gone, works for nothing from then on.
  for (const Fate& fate : story_.fates) {
    const auto own = std::ranges::lower_bound(declared.assignments, chips_[fate.position], {},
                                              &attestation::Assignment::chip);
    const bool is_declared =
        own != declared.assignments.end() && own->chip == chips_[fate.position];
    if (is_declared) own->held.to = std::min(own->held.to, fate.at);
  }
  declared.metadata.flop = flop_on(seats.size());
  return declared;
}

std::string ProverSide::flop_on(std::size_t chips) const {
  const auto seconds = static_cast<std::uint64_t>(declared_.spec().window.length_ms() / 1000);
  const stats::BigInt peak = stats::BigInt(story_.mean_flop_per_s) * seconds * chips;
  return stats::BigInt(peak * 2 / 5).str();
}

LineEvidence ProverSide::answer(const ChipId& chip, ByteView nonce, Timestamp read_at) const {
  const std::size_t position = position_of(chip).value();
  const EmulatedChip fresh = fresh_chip(chip);
  LineEvidence evidence;
  evidence.device_key = to_bytes(ByteView(fresh.device_key().bytes()));
  evidence.first_head = fresh.sealed_head(as_bytes(first_nonce));
  EmulatedChip device = at_end_of_window(position);
  evidence.freeze_head = device.sealed_head(as_bytes(freeze_nonce));
  go_on(device, position, read_at);
  evidence.read_out = device.read_out(nonce);
  if (is_hidden(position) && story_.hidden.edits_logs && position % 2 == 1) {
    drop_snapshots(evidence.read_out);
  }
  return evidence;
}

}  // namespace muster::cli::demo
