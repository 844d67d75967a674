// What planning and drawing cost. Run by hand: meson configure build -Dbench=true, then
// build/tests/bench/sampler_bench. The table is in README.md.

#include <benchmark/benchmark.h>

#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/vrf_ed25519.hpp"
#include "ledger/crypto/vrf_p256.hpp"
#include "sampler/draw/selection.hpp"
#include "sampler/draw/verification.hpp"
#include "sampler/stats/colocated.hpp"
#include "sampler/stats/site_quotas.hpp"
#include "sampler/stats/thinned.hpp"

namespace {

using namespace muster;
using namespace muster::stats;

constexpr std::uint64_t population = 10000000;
constexpr std::size_t wanted = 100000;

std::uint64_t count_of(std::int64_t argument) { return static_cast<std::uint64_t>(argument); }

void chance_to_miss(benchmark::State& state) {
  const Lot lot{population, count_of(state.range(0))};
  std::uint64_t inspected = 29912;
  for (auto _ : state) benchmark::DoNotOptimize(ln_miss(lot, inspected ^= 1));
}
BENCHMARK(chance_to_miss)->Arg(3)->Arg(1000)->Arg(100000);

void chance_to_miss_100_digits(benchmark::State& state) {
  const Lot lot{population, 1000};
  for (auto _ : state) benchmark::DoNotOptimize(miss(lot, 29912));
}
BENCHMARK(chance_to_miss_100_digits)->Unit(benchmark::kMicrosecond);

void smallest_sample(benchmark::State& state) {
  const auto target = Probability::parse("0.95").value();
  Lot lot{population, count_of(state.range(0))};
  for (auto _ : state) {
    benchmark::DoNotOptimize(min_sample(lot, target));
    lot.size ^= 1;
  }
}
BENCHMARK(smallest_sample)->Arg(10)->Arg(100)->Arg(1000)->Arg(10000)->Arg(100000);

void smallest_sample_at_a_tie(benchmark::State& state) {
  const auto target = Probability::parse("0.95").value();
  for (auto _ : state) benchmark::DoNotOptimize(min_sample(Lot{population, 1}, target));
}
BENCHMARK(smallest_sample_at_a_tie)->Unit(benchmark::kMicrosecond);

void smallest_sample_imperfect(benchmark::State& state) {
  const auto target = Probability::parse("0.95").value();
  const auto recognition = Probability::parse("0.632").value();
  const Lot lot{population, count_of(state.range(0))};
  for (auto _ : state) benchmark::DoNotOptimize(min_sample(lot, recognition, target));
}
BENCHMARK(smallest_sample_imperfect)->Arg(1000)->Arg(100000)->Unit(benchmark::kMicrosecond);

// A thousand sites of 100 to 20,000 chips, some 10 million in all.
std::vector<std::uint64_t> many_sites() {
  crypto::SeededRandom random("sites of the benchmark");
  std::vector<std::uint64_t> sizes;
  for (int i = 0; i < 1000; ++i) sizes.push_back(100 + random.below(19'900));
  return sizes;
}

// The floor of the search: one judgement of quotas against the worst placement.
void quotas_judged(benchmark::State& state) {
  const auto target = Probability::parse("0.95").value();
  const auto sure = Probability::parse("1").value();
  std::vector<SiteSample> samples;
  for (const std::uint64_t size : many_sites()) samples.push_back({size, 1 + size / 2000});
  for (auto _ : state) benchmark::DoNotOptimize(reaches(samples, {4000, sure, target}));
}
BENCHMARK(quotas_judged)->Unit(benchmark::kMicrosecond);

void stratified_optimum_of_1000_sites(benchmark::State& state) {
  const auto target = Probability::parse("0.95").value();
  const auto sure = Probability::parse("1").value();
  const auto sizes = many_sites();
  const std::vector<SitePrice> prices(sizes.size(), {static_cast<double>(state.range(1)), 1});
  std::uint64_t total = 0;
  for (auto _ : state) {
    const auto quotas =
        balanced_quotas(sizes, prices, {count_of(state.range(0)), sure, target}).value();
    total = 0;
    for (const std::uint64_t quota : quotas) total += quota;
  }
  std::uint64_t all = 0;
  for (const std::uint64_t size : sizes) all += size;
  state.counters["chips"] = static_cast<double>(total);
  state.counters["of_the_whole"] =
      static_cast<double>(min_sample({all, count_of(state.range(0))}, target).value());
}
BENCHMARK(stratified_optimum_of_1000_sites)
    ->ArgNames({"run", "visit"})
    ->Args({4000, 0})
    ->Args({100'000, 0})
    ->Args({4000, 100})
    ->Unit(benchmark::kMillisecond);

void colocated_optimum_of_1000_sites(benchmark::State& state) {
  const auto target = Probability::parse("0.95").value();
  const auto visit = Decimal::parse("100").value();
  const auto chip = Decimal::parse("1").value();
  const auto sizes = many_sites();
  for (auto _ : state) {
    for (const std::uint64_t size : sizes) {
      if (size < 4000) continue;
      benchmark::DoNotOptimize(colocated_plan({{size, 4000}, visit, chip}, target));
    }
  }
}
BENCHMARK(colocated_optimum_of_1000_sites)->Unit(benchmark::kMillisecond);

const std::vector<Hash>& frame() {
  static const std::vector<Hash> leaves = [] {
    std::vector<Hash> made(population);
    crypto::SeededRandom random("frame of the benchmark");
    for (Hash& leaf : made) random.fill(leaf.bytes);
    return made;
  }();
  return leaves;
}

// The floor: the same number of SHA-256 computations of the whole 96-byte input.
void raw_sha256_of_the_frame(benchmark::State& state) {
  const std::vector<Hash>& leaves = frame();
  const Bytes constant(64, 7);
  for (auto _ : state) {
    for (const Hash& leaf : leaves) {
      benchmark::DoNotOptimize(crypto::sha256({ByteView(constant), leaf.view()}));
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(leaves.size()));
}
BENCHMARK(raw_sha256_of_the_frame)->Unit(benchmark::kSecond)->Iterations(1)->Repetitions(3);

void tickets_of_the_frame(benchmark::State& state) {
  const std::vector<Hash>& leaves = frame();
  const draw::TicketMaker maker(draw::Seed{crypto::sha256("seed")});
  for (auto _ : state) {
    for (const Hash& leaf : leaves) benchmark::DoNotOptimize(maker.ticket(leaf));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(leaves.size()));
}
BENCHMARK(tickets_of_the_frame)->Unit(benchmark::kSecond)->Iterations(1)->Repetitions(3);

void draw_from_the_frame(benchmark::State& state) {
  const std::vector<draw::SiteLeaves> sites = {{draw::Seed{crypto::sha256("seed")}, frame()}};
  for (auto _ : state) benchmark::DoNotOptimize(draw::draw_smallest(sites, wanted));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(frame().size()));
}
BENCHMARK(draw_from_the_frame)->Unit(benchmark::kSecond)->Iterations(1)->Repetitions(3);

void verify_the_draw(benchmark::State& state) {
  const std::vector<draw::SiteLeaves> sites = {{draw::Seed{crypto::sha256("seed")}, frame()}};
  const auto published = draw::draw_smallest(sites, wanted).value();
  for (auto _ : state) {
    benchmark::DoNotOptimize(draw::draw_findings(sites, wanted, published));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(frame().size()));
}
BENCHMARK(verify_the_draw)->Unit(benchmark::kSecond)->Iterations(1)->Repetitions(3);

void vrf_ed25519(benchmark::State& state) {
  const crypto::VrfEd25519Key key({1, 2, 3});
  const auto proof = key.prove({});
  const bool prove = state.range(0) == 0;
  for (auto _ : state) {
    if (prove) benchmark::DoNotOptimize(key.prove({}));
    if (!prove) benchmark::DoNotOptimize(key.public_key().verify({}, proof));
  }
}
BENCHMARK(vrf_ed25519)->ArgName("verify")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

void vrf_p256(benchmark::State& state) {
  const auto key = crypto::VrfP256Key::from_scalar({1, 2, 3}).value();
  const auto proof = key.prove({});
  const bool prove = state.range(0) == 0;
  for (auto _ : state) {
    if (prove) benchmark::DoNotOptimize(key.prove({}));
    if (!prove) benchmark::DoNotOptimize(key.public_key().verify({}, proof));
  }
}
BENCHMARK(vrf_p256)->ArgName("verify")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
