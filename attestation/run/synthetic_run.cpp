#include "attestation/run/synthetic_run.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {
namespace {

constexpr std::int64_t update_share = 16;  // a sixteenth of a step is spent updating

crypto::Sha256Midstate labelled(std::string_view label, const Hash& seed) {
  Bytes prefix = to_bytes(label);
  append(prefix, seed.view());
  return crypto::Sha256Midstate(prefix);
}

}  // namespace

SyntheticRun::SyntheticRun(SyntheticRunSpec spec, WeightChunkOf real)
    : spec_(std::move(spec)),
      weights_(labelled("muster/synthetic/weights/v1\n", spec_.seed)),
      scratch_(labelled("muster/synthetic/scratch/v1\n", spec_.seed)),
      real_(std::move(real)) {
  MUSTER_CHECK(spec_.window.length_ms() > 0 && spec_.step_ms > 0);
  MUSTER_CHECK(spec_.shards > 0 && spec_.weight_chunks > 0 && spec_.steps_per_state > 0);
  if (spec_.use == RunUse::inference) spec_.step_ms = spec_.window.length_ms();
}

std::uint64_t SyntheticRun::step_at(Timestamp at) const {
  MUSTER_CHECK(at >= spec_.window.from);
  return static_cast<std::uint64_t>((at.ms - spec_.window.from.ms) / spec_.step_ms);
}

std::int64_t SyntheticRun::update_ms() const {
  const bool replaces = spec_.use == RunUse::training && spec_.steps_per_state == 1;
  return replaces ? spec_.step_ms / update_share : 0;
}

Hash SyntheticRun::weight_chunk(std::uint32_t shard, std::uint64_t step,
                                std::uint32_t chunk) const {
  if (real_) return real_(shard, step, chunk);
  return weights_.digest({u64be(shard), u64be(step), u64be(chunk)});
}

MemoryAt SyntheticRun::memory(const Seat& seat) const {
  return [this, seat](Timestamp at, std::span<Hash> chunks) {
    const bool running = at >= spec_.window.from && at < spec_.window.to;
    if (!running || spec_.use == RunUse::idle) return;
    MUSTER_CHECK(spec_.weight_chunks + spec_.scratch_chunks <= chunks.size());
    const std::uint64_t step = step_at(at);
    const std::int64_t into = (at.ms - spec_.window.from.ms) % spec_.step_ms;
    const std::int64_t update = update_ms();
    const std::int64_t updating = into - (spec_.step_ms - update);
    const bool mid_step = update > 0 && updating > 0;
    const auto replaced =
        mid_step ? static_cast<std::uint32_t>(updating * spec_.weight_chunks / update) : 0;
    for (std::uint32_t i = 0; i < spec_.weight_chunks; ++i) {
      chunks[i] = weight_chunk(seat.shard, i < replaced ? step + 1 : step, i);
    }
    const auto instant = u64be(static_cast<std::uint64_t>(at.ms));
    for (std::uint32_t i = 0; i < spec_.scratch_chunks; ++i) {
      chunks[spec_.weight_chunks + i] = scratch_.digest({seat.chip.bytes(), instant, u64be(i)});
    }
  };
}

StepCommitment SyntheticRun::commitment(std::uint32_t shard, std::uint64_t step) const {
  const auto number = static_cast<std::int64_t>(step);
  const std::int64_t start = spec_.window.from.ms + number * spec_.step_ms;
  const Timestamp from{std::max(spec_.window.from.ms, start - update_ms())};
  StepCommitment made{step * spec_.steps_per_state, shard, {from, {start + spec_.step_ms}}, {}};
  made.chunks.reserve(spec_.weight_chunks);
  for (std::uint32_t i = 0; i < spec_.weight_chunks; ++i) {
    made.chunks.push_back(weight_chunk(shard, step, i));
  }
  return made;
}

Precommitment SyntheticRun::precommitment() const {
  return {labelled("muster/synthetic/metadata/v1\n", spec_.seed).digest({}),
          labelled("muster/synthetic/data-order/v1\n", spec_.seed).digest({})};
}

Declaration SyntheticRun::declared(std::span<const Seat> seats,
                                   std::vector<std::uint64_t> steps) const {
  Declaration declaration{{spec_.run,
                           spec_.use,
                           spec_.window,
                           spec_.parameters,
                           spec_.flop,
                           spec_.bytes_per_parameter,
                           spec_.chunk_bytes,
                           spec_.scratch_budget * spec_.chunk_bytes,
                           {},
                           {}},
                          {},
                          {}};
  if (spec_.precommitted) declaration.metadata.precommitment = precommitment();
  for (const Seat& seat : seats) {
    declaration.assignments.push_back({seat.chip, seat.shard, spec_.window, 0});
  }
  std::ranges::sort(declaration.assignments, {}, &Assignment::chip);
  if (spec_.use == RunUse::idle) return declaration;
  std::ranges::sort(steps);
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  for (std::uint32_t shard = 0; shard < spec_.shards; ++shard) {
    for (const std::uint64_t step : steps) declaration.steps.push_back(commitment(shard, step));
  }
  return declaration;
}

Declaration SyntheticRun::declaration(std::span<const Seat> seats,
                                      std::span<const Timestamp> instants) const {
  std::vector<std::uint64_t> steps;
  for (const Timestamp instant : instants) {
    if (instant < spec_.window.from || instant >= spec_.window.to) continue;
    const std::uint64_t step = step_at(instant);
    steps.push_back(step);
    if (spec_.use == RunUse::training) steps.push_back(step + 1);
  }
  return declared(seats, std::move(steps));
}

Declaration SyntheticRun::full_declaration(std::span<const Seat> seats) const {
  std::vector<std::uint64_t> steps;
  const std::uint64_t last = step_at(Timestamp{spec_.window.to.ms - 1});
  const std::uint64_t end = spec_.use == RunUse::training ? last + 1 : last;
  for (std::uint64_t step = 0; step <= end; ++step) steps.push_back(step);
  return declared(seats, std::move(steps));
}

}  // namespace muster::attestation
