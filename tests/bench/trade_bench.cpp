// What an export costs to judge with caps, and how many devices a second prove that they are there.
// Run by hand: meson configure build -Dbench=true, then build/tests/bench/trade_bench.

#include <benchmark/benchmark.h>
#include <doctest/doctest.h>

#include <chrono>
#include <memory>

#include "ledger/base/check.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/attest_message.hpp"
#include "tests/registry/support/world.hpp"

namespace {

using namespace muster;
using namespace muster::registry;
using test::about;
using test::World;

/// A licence with `caps` caps, each of which binds every draw.
void grant(World& world, std::size_t caps) {
  Json list = Json::array();
  for (std::size_t i = 0; i < caps; ++i) {
    list.push_back({{"cap", "c" + std::to_string(i)},
                    {"country", "SG"},
                    {"period", "quarter"},
                    {"max_units", 100'000}});
  }
  world.record(
      "gov",
      {.kind = "licence.grant",
       .body = {{"licence", "L"},
                {"licensee", "maker"},
                {"consignees", {"southwind"}},
                {"countries", {"SG"}},
                {"products", {"a1"}},
                {"max_units", 100'000},
                {"caps", list},
                {"window",
                 {{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2030-01-01T00:00:00.000Z"}}}}});
}

/// One release of one chip, judged from warm state: at home, or across a border under a licence
/// with `range` caps, with its end-user statement and three screenings.
void export_admissibility(benchmark::State& state) {
  const auto caps = static_cast<std::size_t>(state.range(0));
  const bool abroad = caps > 0;
  World world;
  if (abroad) grant(world, caps);
  const auto chips = world.chips(1);
  const std::string to = abroad ? "southwind" : "northwind";
  Json body{
      {"shipment", "S"}, {"receiver", to}, {"destination", to + "-site"}, {"purpose", "sale"}};
  if (abroad) body["licence"] = "L";
  const Submission one = world.statement("maker", about("release", chips, body));
  Prepared prepared = prepare(one);
  prepared.signatures = {{.keyid = crypto::KeyId::of(world.signer("maker").public_key()).text(),
                          .known = true,
                          .verified = true}};
  for (auto _ : state) {
    const auto found =
        admissible(world.state(), prepared.event, prepared.signatures, {world.clock.now()});
    MUSTER_CHECK(found.has_value());
    benchmark::DoNotOptimize(found->chips.data());
  }
}
BENCHMARK(export_admissibility)->Arg(0)->Arg(1)->Arg(8)->Arg(64);

std::unique_ptr<crypto::Signer> device(int algorithm, std::size_t n) {
  if (algorithm == 0) {
    return std::make_unique<crypto::Ed25519Signer>(
        crypto::sha256("device " + std::to_string(n)).bytes);
  }
  const auto curve = algorithm == 256 ? crypto::Curve::p256 : crypto::Curve::p384;
  return std::make_unique<crypto::EcdsaSigner>(crypto::EcdsaSigner::generate(curve));
}

/// 64 devices answer one challenge in one statement: its proof alone, and, as the floor, their
/// signatures verified with keys that are parsed already.
void attestations(benchmark::State& state) {
  constexpr std::size_t count = 64;
  World world;
  Draft draft{.kind = "attest"};
  const Hash nonce = crypto::sha256("nonce");
  const Hash after = world.state().tables().statements[0].hash;
  std::vector<crypto::PublicKey> keys;
  std::vector<std::string> messages;
  std::vector<Bytes> signatures;
  for (std::size_t n = 0; n < count; ++n) {
    const auto signer = device(static_cast<int>(state.range(0)), n);
    const ChipId chip = ChipId::from_parts({.block = 1, .ordinal = n, .random = 1});
    messages.push_back(attest_message({.origin = "test.example/registry",
                                       .chip = chip,
                                       .nonce = nonce,
                                       .after = after,
                                       .firmware = {}}));
    signatures.push_back(signer->signature_over(as_bytes(messages.back())).value());
    keys.push_back(signer->verifying_key());
    draft.chips.push_back(
        {chip, {{"key", keys.back().text()}, {"signature", to_hex(signatures.back())}}});
  }
  draft.body = {{"nonce", nonce.to_hex()}, {"after", after.to_hex()}};
  draft.event_time = world.clock.now();
  StatementMaker maker(
      {.origin = "test.example/registry", .org = "maker", .stream = "bench", .next_number = 1},
      world.signer("maker"), world.random);
  const Prepared prepared = prepare(maker.make(draft, nullptr).value());
  MUSTER_CHECK(!prepared.error);
  double floor = 0;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    MUSTER_CHECK(prepared.event.kind->proof(prepared.event).has_value());
    const auto proved = std::chrono::steady_clock::now();
    for (std::size_t n = 0; n < count; ++n) {
      MUSTER_CHECK(keys[n].verifies(as_bytes(messages[n]), signatures[n]));
    }
    floor += std::chrono::duration<double>(std::chrono::steady_clock::now() - proved).count();
    state.SetIterationTime(std::chrono::duration<double>(proved - start).count());
  }
  const auto total = static_cast<double>(state.iterations() * count);
  state.counters["answers_per_second"] = benchmark::Counter(total, benchmark::Counter::kIsRate);
  state.counters["verify_us"] = 1e6 * floor / total;
}
BENCHMARK(attestations)->Arg(0)->Arg(256)->Arg(384)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace

// The small world is doctest's, and so is main.
TEST_CASE("benchmarks of trade") { benchmark::RunSpecifiedBenchmarks(); }
