// What proofs of state cost whoever makes them and whoever judges them. Run by hand: meson
// configure build -Dbench=true, then build/tests/bench/proof_bench. Each is beside a floor of the
// same run: a signature check for what a stranger judges, hashes for what is built.

#include <benchmark/benchmark.h>
#include <doctest/doctest.h>

#include <ctime>

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/registry/support/committed.hpp"

namespace {

using namespace muster;
using namespace muster::registry;
using test::CommittedWorld;

constexpr std::size_t lot_size = 1'000;
constexpr std::size_t lots = 20;

/// 20,000 chips in lots of 1,000, each with its tests, a tenth delivered, all of them committed to.
struct Committed {
  CommittedWorld world{"proof-bench"};
  std::vector<ChipId> chips{};

  Committed() {
    for (std::size_t lot = 0; lot < lots; ++lot) {
      const auto more = world.world.chips(lot_size);
      chips.insert(chips.end(), more.begin(), more.end());
      if (lot % 10 == 0) world.world.deliver("maker", "northwind", more);
    }
    world.commit();
  }
};

Committed& committed() {
  static Committed one;
  return one;
}

/// Core time of this thread: others use the machine, too.
double seconds_now() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Chips in an order that no cache likes: of the first `lots` lots.
const ChipId& chip_number(std::size_t n, std::size_t of_lots = lots) {
  return committed().chips[n * 7'919 % (of_lots * lot_size)];
}

/// The committed tree, from state and view.
void open_prover(benchmark::State& state) {
  auto& world = committed().world;
  const std::string record(600, 'r');  // as long as a chip's record
  double floor = 0;
  for (auto _ : state) {
    const double start = seconds_now();
    const auto prover = world.prover();
    benchmark::DoNotOptimize(prover.commit().index);
    const double opened = seconds_now();
    for (std::size_t i = 0; i < committed().chips.size(); ++i) {
      benchmark::DoNotOptimize(crypto::sha256(record));
    }
    floor += seconds_now() - opened;
    state.SetIterationTime(opened - start);
  }
  const auto chips =
      static_cast<double>(state.iterations()) * static_cast<double>(committed().chips.size());
  state.SetItemsProcessed(static_cast<std::int64_t>(chips));
  state.counters["hash_us"] = 1e6 * floor / chips;
}
BENCHMARK(open_prover)->UseManualTime()->Unit(benchmark::kMillisecond);

/// A proof of one chip, the committed tree kept: of one lot, whose manifest is kept, or of any,
/// whose manifest is read again. Beside the hashes of that manifest: a leaf and a node for each
/// item.
void prove_chip(benchmark::State& state) {
  const auto of_lots = static_cast<std::size_t>(state.range(0));
  auto& world = committed().world;
  auto prover = world.prover();
  benchmark::DoNotOptimize(prover.chip(world.row(chip_number(0, of_lots))).value());
  const std::string item(120, 'i');
  const std::string node(65, 'n');
  double floor = 0;
  std::size_t next = 0;
  for (auto _ : state) {
    const double start = seconds_now();
    benchmark::DoNotOptimize(prover.chip(world.row(chip_number(next++, of_lots))).value());
    const double proved = seconds_now();
    for (std::size_t i = 0; of_lots > 1 && i < lot_size; ++i) {
      benchmark::DoNotOptimize(crypto::sha256(item));
      benchmark::DoNotOptimize(crypto::sha256(node));
    }
    floor += seconds_now() - proved;
    state.SetIterationTime(proved - start);
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["hashes_us"] = 1e6 * floor / static_cast<double>(state.iterations());
}
BENCHMARK(prove_chip)->ArgName("lots")->Arg(1)->Arg(lots)->UseManualTime();

/// A proof of a chip of one lot, as the text that goes out.
void prove_chip_as_text(benchmark::State& state) {
  auto& world = committed().world;
  auto prover = world.prover();
  benchmark::DoNotOptimize(prover.chip(world.row(chip_number(0, 1))).value());
  std::size_t next = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    bytes += encode_state_proof(prover.chip(world.row(chip_number(next++, 1))).value()).size();
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes_each"] =
      static_cast<double>(bytes) / static_cast<double>(state.iterations());
}
BENCHMARK(prove_chip_as_text);

/// Judged by the key alone, from the text; beside the one signature in it.
template <class Judge>
void judge(benchmark::State& state, const std::string& text, const Judge& judged) {
  auto& world = committed().world;
  const crypto::Ed25519Signer signer(crypto::sha256("floor").bytes);
  const std::string message(300, 'm');
  const auto signature = signer.signature_over(as_bytes(message)).value();
  const auto key = signer.verifying_key();
  double floor = 0;
  for (auto _ : state) {
    const double start = seconds_now();
    const auto proof = parse_state_proof(text).value();
    MUSTER_CHECK(judged(proof, world.key()));
    const double done = seconds_now();
    MUSTER_CHECK(key.verifies(as_bytes(message), signature));
    floor += seconds_now() - done;
    state.SetIterationTime(done - start);
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["signature_us"] = 1e6 * floor / static_cast<double>(state.iterations());
  state.counters["bytes"] = static_cast<double>(text.size());
}

void judge_chip(benchmark::State& state) {
  auto& world = committed().world;
  const std::string text = encode_state_proof(world.proof(chip_number(1)));
  judge(state, text, [](const StateProof& proof, const ledger::VerifierKey& key) {
    return verify_chip_proof(std::get<ChipProof>(proof), key).has_value();
  });
}
BENCHMARK(judge_chip)->UseManualTime();

/// A roster of 2,000 chips, all of them listed.
void judge_roster(benchmark::State& state) {
  const std::string text = encode_state_proof(committed().world.roster("northwind"));
  judge(state, text, [](const StateProof& proof, const ledger::VerifierKey& key) {
    return verify_roster_proof(std::get<RosterProof>(proof), key).has_value();
  });
}
BENCHMARK(judge_roster)->UseManualTime();

}  // namespace

// The small world is doctest's, and so is main.
TEST_CASE("benchmarks of proofs of state") { benchmark::RunSpecifiedBenchmarks(); }
