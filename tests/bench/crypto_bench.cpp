// The raw rates that bound the rest, ours beside OpenSSL's. Run by hand, as ledger_bench.

#include <benchmark/benchmark.h>
#include <openssl/evp.h>

#include <memory>

#include "ledger/crypto/ed25519.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"

namespace {

using namespace muster;

constexpr std::size_t message_bytes = 384;

void sha256_of(benchmark::State& state) {
  const Bytes message(static_cast<std::size_t>(state.range(0)), 7);
  for (auto _ : state) benchmark::DoNotOptimize(crypto::sha256(message));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(sha256_of)->Arg(64)->Arg(300)->Arg(1000)->Arg(1 << 20);

void tree_node(benchmark::State& state) {
  Hash left = crypto::sha256("left");
  const Hash right = crypto::sha256("right");
  for (auto _ : state) left = ledger::node_hash(left, right);
  benchmark::DoNotOptimize(left);
}
BENCHMARK(tree_node);

void ed25519_sign(benchmark::State& state) {
  const crypto::Ed25519Signer signer(crypto::sha256("key").bytes);
  const Bytes message(message_bytes, 7);
  for (auto _ : state) benchmark::DoNotOptimize(signer.sign(message));
}
BENCHMARK(ed25519_sign);

void ed25519_verify(benchmark::State& state) {
  const crypto::Ed25519Signer signer(crypto::sha256("key").bytes);
  const auto key = signer.public_key();
  const Bytes message(message_bytes, 7);
  const auto signature = signer.sign(message);
  for (auto _ : state) {
    benchmark::DoNotOptimize(crypto::ed25519_verifies(key, message, signature));
  }
}
BENCHMARK(ed25519_verify);

void ed25519_verify_openssl(benchmark::State& state) {
  const crypto::Ed25519Signer signer(crypto::sha256("key").bytes);
  const Bytes message(message_bytes, 7);
  const auto signature = signer.sign(message);
  const auto bytes = signer.public_key().bytes();
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes.data(), bytes.size()),
      &EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  for (auto _ : state) {
    const bool good =
        EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
        EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                         message.size()) == 1;
    if (!good) state.SkipWithError("OpenSSL refuses a good signature");
  }
}
BENCHMARK(ed25519_verify_openssl);

}  // namespace

BENCHMARK_MAIN();
