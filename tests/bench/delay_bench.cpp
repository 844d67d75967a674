// Delay proofs beside what bounds them: OpenSSL's Montgomery product in the same run. By hand.

#include <benchmark/benchmark.h>
#include <openssl/bn.h>

#include <memory>

#include "ledger/base/check.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json.hpp"
#include "ledger/crypto/delay.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/support/source_root.hpp"

namespace {

using namespace muster;

constexpr std::int64_t at_once = 100'000;

// Of 2,048 bits at place 0, of 3,072 at place 1.
const crypto::DelayModulus& modulus_at(std::int64_t place) {
  static const std::vector<crypto::DelayModulus> moduli = [] {
    const auto text =
        read_text_file(std::string(muster::test::source_root) + "/tests/vectors/ledger/delay.json");
    MUSTER_CHECK(text.has_value());
    const auto file = parse_json(*text);
    MUSTER_CHECK(file.has_value());
    std::vector<crypto::DelayModulus> made;
    for (const Json& item : file->at("moduli")) {
      const auto bytes = bytes_from_hex(item.at("modulus").get<std::string>());
      MUSTER_CHECK(bytes.has_value());
      made.push_back(crypto::DelayModulus::from_bytes(*bytes).value());
    }
    return made;
  }();
  return moduli.at(static_cast<std::size_t>(place));
}

void raw_montgomery(benchmark::State& state) {
  const Bytes& bytes = modulus_at(state.range(0)).bytes();
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> modulus(
      BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr), &BN_free);
  const std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)> scratch(BN_CTX_new(), &BN_CTX_free);
  const std::unique_ptr<BN_MONT_CTX, decltype(&BN_MONT_CTX_free)> montgomery(BN_MONT_CTX_new(),
                                                                             &BN_MONT_CTX_free);
  MUSTER_CHECK(BN_MONT_CTX_set(montgomery.get(), modulus.get(), scratch.get()) == 1);
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(BN_dup(modulus.get()), &BN_free);
  MUSTER_CHECK(BN_rshift(number.get(), number.get(), 3) == 1);
  for (auto _ : state) {
    for (std::int64_t i = 0; i < at_once; ++i) {
      BN_mod_mul_montgomery(number.get(), number.get(), number.get(), montgomery.get(),
                            scratch.get());
    }
  }
  state.SetItemsProcessed(state.iterations() * at_once);
}
BENCHMARK(raw_montgomery)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void squarings(benchmark::State& state) {
  const crypto::DelayTask task{crypto::sha256("an entry"), crypto::max_delay_squarings};
  crypto::DelayEvaluation evaluation(modulus_at(state.range(0)), task);
  for (auto _ : state) evaluation.advance(at_once);
  state.SetItemsProcessed(state.iterations() * at_once);
}
BENCHMARK(squarings)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

// By squarings and MiB of memory.
void proof(benchmark::State& state) {
  const crypto::DelayTask task{crypto::sha256("an entry"),
                               static_cast<std::uint64_t>(state.range(0))};
  crypto::DelayEvaluation evaluation(modulus_at(0), task,
                                     static_cast<std::size_t>(state.range(1)) << 20U);
  evaluation.advance(task.squarings);
  for (auto _ : state) benchmark::DoNotOptimize(evaluation.proof());
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["kept"] = static_cast<double>(evaluation.kept_elements());
}
BENCHMARK(proof)
    ->Args({1'000'000, 1})
    ->Args({1'000'000, 16})
    ->Args({10'000'000, 16})
    ->Unit(benchmark::kMillisecond);

void verification(benchmark::State& state) {
  const crypto::DelayModulus& modulus = modulus_at(state.range(0));
  const crypto::DelayTask task{crypto::sha256("an entry"), 100'000};
  const crypto::DelayProof made = crypto::delay_proof(modulus, task);
  for (auto _ : state) MUSTER_CHECK(crypto::delay_verifies(modulus, task, made));
}
BENCHMARK(verification)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

// The share of a verification that is looking for the prime, over many inputs.
void verification_of_changing_inputs(benchmark::State& state) {
  const crypto::DelayModulus& modulus = modulus_at(0);
  std::vector<std::pair<crypto::DelayTask, crypto::DelayProof>> cases;
  for (int i = 0; i < 64; ++i) {
    const crypto::DelayTask task{crypto::sha256("entry " + std::to_string(i)), 2'000};
    cases.emplace_back(task, crypto::delay_proof(modulus, task));
  }
  std::size_t next = 0;
  for (auto _ : state) {
    const auto& [task, made] = cases[next++ % cases.size()];
    MUSTER_CHECK(crypto::delay_verifies(modulus, task, made));
  }
}
BENCHMARK(verification_of_changing_inputs)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
