// Ten thousand seats of one run, with all noise at once, chips that fail and are replaced among
// it: how many honest chips are accused.

#include <cmath>
#include <iostream>

#include "tests/attestation/noisy_life.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;

namespace {

constexpr std::uint32_t seats_of_run = 10'000;

/// Who sits where: a chip from the beginning, and where that one fails another from then on.
struct SeatPlan {
  std::uint32_t shard;
  std::optional<Timestamp> replaced_at{};
  [[nodiscard]] std::uint64_t first(std::uint64_t seat) const { return 2 * seat; }
  [[nodiscard]] std::uint64_t spare(std::uint64_t seat) const { return 2 * seat + 1; }
};

std::vector<SeatPlan> planned(crypto::SeededRandom& random) {
  std::vector<SeatPlan> plan;
  for (std::uint32_t seat = 0; seat < seats_of_run; ++seat) {
    SeatPlan made{seat % 8, {}};
    if (random.below(20) == 0) {
      made.replaced_at = Timestamp{
          day(20).ms + static_cast<std::int64_t>(random.below(60 * std::uint64_t{ms_per_day}))};
    }
    plan.push_back(made);
  }
  return plan;
}

/// The shard map as an honest Prover keeps it: who held what, and until when.
Declaration declared(const SyntheticRun& run, const std::vector<SeatPlan>& plan) {
  Declaration declaration = run.full_declaration({});
  const Window window = run.spec().window;
  for (std::uint64_t seat = 0; seat < plan.size(); ++seat) {
    const SeatPlan& item = plan[seat];
    const Timestamp until = item.replaced_at.value_or(window.to);
    declaration.assignments.push_back(
        {chip_number(item.first(seat)), item.shard, {window.from, until}, 0});
    if (until == window.to) continue;
    declaration.assignments.push_back(
        {chip_number(item.spare(seat)), item.shard, {until, window.to}, 0});
  }
  std::ranges::sort(declaration.assignments, {}, &Assignment::chip);
  return declaration;
}

/// Works for `memory` from an instant on, and rests before.
MemoryAt from_then_on(Timestamp from, const MemoryAt& memory) {
  return [from, memory](Timestamp at, std::span<Hash> chunks) {
    if (at >= from) memory(at, chunks);
  };
}

struct Tally {
  std::uint64_t chips = 0;
  std::uint64_t accused = 0;
  std::uint64_t replaced = 0;
  std::uint64_t snapshots = 0;
  std::uint64_t mid_step = 0;

  void add(const NoisyLife& noisy, const DeclarationIndex& index, const SyntheticRun& run) {
    const Appraisal result = noisy.appraised(index);
    ++chips;
    snapshots += result.coverage.snapshots;
    for (const Timestamp at : noisy.life.chip.snapshot_instants()) {
      const bool running = at >= run.spec().window.from && at < run.spec().window.to;
      const std::int64_t into = (at.ms - run.spec().window.from.ms) % run.spec().step_ms;
      mid_step += running && into > run.spec().step_ms * 15 / 16 ? 1U : 0U;
    }
    if (result.verdict == ChipVerdict::consistent) return;
    ++accused;
    CAPTURE(codes(result));
    CHECK(result.verdict == ChipVerdict::consistent);
  }
};

}  // namespace

TEST_CASE("of ten thousand honest seats, replaced chips among them, no chip is accused") {
  const SyntheticRun run(run_spec("honest"));
  crypto::SeededRandom random("ten thousand");
  const auto plan = planned(random);
  const DeclarationIndex index({{declared(run, plan), true}});
  Tally tally;

  for (std::uint64_t seat = 0; seat < plan.size(); ++seat) {
    const SeatPlan& item = plan[seat];
    const ChipId first = chip_number(item.first(seat));
    const MemoryAt memory = run.memory({first, item.shard});
    if (!item.replaced_at) {
      tally.add(NoisyLife(item.first(seat), random, memory), index, run);
      continue;
    }
    ++tally.replaced;
    tally.add(NoisyLife(item.first(seat), random, memory, *item.replaced_at, true), index, run);
    const MemoryAt taken_over = run.memory({chip_number(item.spare(seat)), item.shard});
    tally.add(NoisyLife(item.spare(seat), random, from_then_on(*item.replaced_at, taken_over)),
              index, run);
  }

  // With none of n accused, a rate above 1 - 0.05^(1/n) would have shown with probability 95 %.
  const double bound = 1 - std::pow(0.05, 1 / static_cast<double>(tally.chips));
  std::cout << "chips " << tally.chips << ", replaced " << tally.replaced << ", snapshots "
            << tally.snapshots << ", in the middle of a step " << tally.mid_step << ", accused "
            << tally.accused << ", rate below " << bound << " with 95 % confidence\n";
  CHECK(tally.accused == 0);
  CHECK(tally.chips > 10'400);
  CHECK(tally.mid_step > 3'000);
}
