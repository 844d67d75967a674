// What commitments to the state and proofs of it cost in a registry of a million chips, beside the
// hashing that nobody can spare them. Run by hand: meson configure build -Dbench=true, then
// build/tests/bench/state_bench. A parameter is the number of chips in thousands.

#include <benchmark/benchmark.h>
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <map>
#include <memory>

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/proof/state_prover.hpp"
#include "registry/state_root.hpp"
#include "tests/registry/support/world.hpp"

namespace {

using namespace muster;
using namespace muster::registry;
using test::World;

constexpr std::size_t lot_size = 100'000;
constexpr const char* origin = "test.example/registry";

double core_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void package_lot(World& world, std::uint64_t block) {
  world.record(
      "maker",
      {.kind = "id.reserve",
       .body = {{"block", block}, {"count", lot_size}, {"product", "a1"}, {"packager", "maker"}}});
  Draft draft{.kind = "chip.package", .body = {{"product", "a1"}}, .site = "maker-site"};
  for (std::size_t i = 0; i < lot_size; ++i) {
    draft.chips.push_back({ChipId::from_parts(
        {.block = block, .ordinal = i, .random = world.random.below(ChipId::part_limit)})});
  }
  world.record("maker", std::move(draft));
}

/// A registry of so many thousand chips, packaged in lots and committed to. Made once.
struct Committed {
  World world;
  std::string checkpoint;

  explicit Committed(std::int64_t thousands) {
    const auto lots = static_cast<std::uint64_t>(thousands) * 1'000 / lot_size;
    for (std::uint64_t lot = 0; lot < lots; ++lot) package_lot(world, 10'000 + lot);
    world.record("registrar",
                 {.kind = "state.commit", .body = commit_body(state_roots(world.state()))});
    checkpoint =
        ledger::publish_checkpoint(world.store, {origin, &world.signer("operator")}).value();
  }

  [[nodiscard]] StateProver prover() {
    return StateProver::open({&world.state(), nullptr, &world.store, checkpoint}).value();
  }
  [[nodiscard]] std::size_t chips() const { return world.state().tables().chips.size(); }
};

Committed& committed(std::int64_t thousands) {
  static std::map<std::int64_t, std::unique_ptr<Committed>> made;
  auto& one = made[thousands];
  if (!one) one = std::make_unique<Committed>(thousands);
  return *one;
}

/// SHA-256 of every record, and of one node a chip: what a commitment cannot do without.
double hash_seconds(const Committed& one) {
  const State& state = one.world.state();
  const std::string record = encode_state_record(state_record(state, 0, state.tables().chips[0]));
  std::vector<Hash> leaves(one.chips());
  const double start = core_seconds();
  for (Hash& leaf : leaves) leaf = crypto::sha256(record);
  benchmark::DoNotOptimize(ledger::root_hash(leaves));
  return core_seconds() - start;
}

/// The roots that a commitment quotes, and that its rule computes anew.
void roots_of_state(benchmark::State& state) {
  const Committed& one = committed(state.range(0));
  for (auto _ : state) {
    const double floor = hash_seconds(one);
    const double start = core_seconds();
    benchmark::DoNotOptimize(state_roots(one.world.state()));
    const double seconds = core_seconds() - start;
    state.SetIterationTime(seconds);
    state.counters["us_per_chip"] = 1e6 * seconds / static_cast<double>(one.chips());
    state.counters["of_hashing"] = seconds / floor;
  }
}
BENCHMARK(roots_of_state)
    ->Arg(100)
    ->Arg(1'000)
    ->Iterations(5)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

/// What is done once, however many proofs are asked for.
void prover_opened(benchmark::State& state) {
  Committed& one = committed(state.range(0));
  for (auto _ : state) {
    const double start = core_seconds();
    benchmark::DoNotOptimize(one.prover().commit());
    const double seconds = core_seconds() - start;
    state.SetIterationTime(seconds);
    state.counters["us_per_chip"] = 1e6 * seconds / static_cast<double>(one.chips());
  }
}
BENCHMARK(prover_opened)
    ->Arg(100)
    ->Arg(1'000)
    ->Iterations(5)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

/// One chip after another, of all lots in turn.
RowN next_chip(const Committed& one, std::size_t& serial) {
  constexpr std::size_t stride = 7'919;
  serial = (serial + stride) % one.chips();
  return static_cast<RowN>(serial);
}

void chip_proven(benchmark::State& state) {
  Committed& one = committed(state.range(0));
  auto prover = one.prover();
  benchmark::DoNotOptimize(prover.chip(0).has_value());
  std::size_t serial = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(prover.chip(next_chip(one, serial)).value());
  }
  state.SetItemsProcessed(state.iterations());
}
// In the order of the log, as a whole fleet is proven: manifests are opened once.
void chips_proven_in_order(benchmark::State& state) {
  Committed& one = committed(state.range(0));
  auto prover = one.prover();
  RowN chip = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    bytes += encode_state_proof(prover.chip(chip).value()).size();
    chip = static_cast<RowN>((chip + 1) % one.chips());
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes"] = static_cast<double>(bytes) /
                            static_cast<double>(std::max<std::int64_t>(1, state.iterations()));
}
BENCHMARK(chip_proven)->Arg(100);
BENCHMARK(chips_proven_in_order)->Arg(100)->Arg(1'000);

void chip_proof_judged(benchmark::State& state) {
  Committed& one = committed(state.range(0));
  const std::string text = encode_state_proof(one.prover().chip(77).value());
  const ledger::VerifierKey key(origin, one.world.signer("operator").public_key());
  for (auto _ : state) {
    const auto proof = parse_state_proof(text).value();
    MUSTER_CHECK(verify_chip_proof(std::get<ChipProof>(proof), key).has_value());
  }
}
BENCHMARK(chip_proof_judged)->Arg(100)->Arg(1'000);

/// The whole list of a custodian that has every chip: made, written, read, judged.
void roster_proven(benchmark::State& state) {
  Committed& one = committed(state.range(0));
  auto prover = one.prover();
  const RowN maker = one.world.state().tables().parties.find("maker");
  const ledger::VerifierKey key(origin, one.world.signer("operator").public_key());
  for (auto _ : state) {
    const double start = core_seconds();
    const std::string text = encode_state_proof(prover.roster(maker, {}).value());
    const double made = core_seconds();
    const auto proof = parse_state_proof(text).value();
    MUSTER_CHECK(verify_roster_proof(std::get<RosterProof>(proof), key).has_value());
    const double chips = static_cast<double>(one.chips());
    state.counters["made_us_per_chip"] = 1e6 * (made - start) / chips;
    state.counters["judged_us_per_chip"] = 1e6 * (core_seconds() - made) / chips;
    state.counters["bytes_per_chip"] = static_cast<double>(text.size()) / chips;
  }
}
BENCHMARK(roster_proven)->Arg(100)->Arg(1'000)->Iterations(3)->Unit(benchmark::kMillisecond);

}  // namespace

// The small world is doctest's, and so is main.
TEST_CASE("benchmarks of proofs of state") { benchmark::RunSpecifiedBenchmarks(); }
