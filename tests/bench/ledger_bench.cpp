// What recording and checking cost. Run by hand: meson configure build -Dbench=true, then
// build/tests/bench/ledger_bench. Files go to $TMPDIR: point it at the disk that is meant.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

#include "ledger/audit.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/log.hpp"
#include "ledger/merkle_batch.hpp"
#include "ledger/merkle_tree.hpp"
#include "ledger/proofs.hpp"
#include "ledger/store/memory_store.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "tests/support/folder.hpp"

namespace {

using namespace muster;
using namespace muster::ledger;

crypto::Ed25519Signer author() { return crypto::Ed25519Signer(crypto::sha256("author").bytes); }

/// Signed statements of about 300 bytes of payload, all different.
std::vector<Envelope> statements(std::size_t count) {
  const auto signer = author();
  const std::vector<const crypto::Signer*> signers{&signer};
  std::vector<Envelope> envelopes;
  for (std::size_t i = 0; i < count; ++i) {
    std::string payload = R"({"number":)" + std::to_string(i) + R"(,"text":")";
    payload.resize(298, 'x');
    envelopes.push_back(
        sign_envelope(std::string(event_payload_type), payload + "\"}", signers).value());
  }
  return envelopes;
}

void append_all(benchmark::State& state, Store& store) {
  const auto batch = statements(static_cast<std::size_t>(state.range(0)));
  Log log = Log::open(store).value();
  for (auto _ : state) benchmark::DoNotOptimize(log.append(log.size(), {1000}, batch).value());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void append_in_sqlite(benchmark::State& state) {
  const test::Folder folder("bench");
  const auto store = SqliteStore::create(folder.path() / "log.db").value();
  append_all(state, *store);
}
BENCHMARK(append_in_sqlite)->Arg(1)->Arg(100)->Arg(1000)->UseRealTime();

void append_in_memory(benchmark::State& state) {
  MemoryStore store;
  append_all(state, store);
}
BENCHMARK(append_in_memory)->Arg(1000)->Iterations(50);

void parse_entries(benchmark::State& state) {
  const std::string text = encode_entry({{1000}, statements(1)[0], {0}, {}});
  for (auto _ : state) benchmark::DoNotOptimize(parse_entry(as_bytes(text)).value());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(parse_entries);

void parse_envelopes(benchmark::State& state) {
  const std::string text = encode_envelope(statements(1)[0]);
  for (auto _ : state) benchmark::DoNotOptimize(parse_envelope(text).value());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(parse_envelopes);

void check_signatures(benchmark::State& state) {
  const Envelope envelope = statements(1)[0];
  const auto key = author().public_key();
  for (auto _ : state) {
    benchmark::DoNotOptimize(signature_verifies(envelope, envelope.signatures[0], key));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(check_signatures);

void grow_tree(benchmark::State& state) {
  const Bytes entry(static_cast<std::size_t>(state.range(0)), 7);
  CompactRange range;
  for (auto _ : state) range.append(leaf_hash(entry));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(grow_tree)->Arg(300)->Arg(1000);

/// The floor of `grow_tree`: the same two hashes without a tree.
void hash_leaf_and_node(benchmark::State& state) {
  const Bytes entry(static_cast<std::size_t>(state.range(0)) + 1, 7);
  const Bytes node(1 + 2 * Hash::size_bytes, 1);
  for (auto _ : state) {
    benchmark::DoNotOptimize(crypto::sha256(entry));
    benchmark::DoNotOptimize(crypto::sha256(node));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(hash_leaf_and_node)->Arg(300)->Arg(1000);

constexpr std::uint64_t proven_leaves = 1'000'000;

const MerkleTree& million_leaves() {
  static const MerkleTree tree = [] {
    MerkleTree made;
    for (std::uint64_t i = 0; i < proven_leaves; ++i) made.append(leaf_hash(u64be(i)));
    return made;
  }();
  return tree;
}

void prove_in_memory(benchmark::State& state) {
  const MerkleProver prover(million_leaves(), {proven_leaves - 1});
  crypto::SeededRandom random("proofs");
  std::vector<LogIndex> indexes;
  for (int i = 0; i < 100'000; ++i) indexes.push_back({random.below(proven_leaves - 1)});
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(prover.inclusion(indexes[next]));
    next = (next + 1) % indexes.size();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(prove_in_memory);

/// 10,000 random leaves of a million, in one pass.
void prove_together(benchmark::State& state) {
  crypto::SeededRandom random("together");
  std::vector<LogIndex> indexes;
  for (int i = 0; i < 10'000; ++i) indexes.push_back({random.below(proven_leaves)});
  const auto subtree = million_leaves().subtree_hash();
  for (auto _ : state) {
    benchmark::DoNotOptimize(inclusion_proofs(indexes, {proven_leaves}, subtree).value());
  }
  state.SetItemsProcessed(state.iterations() * 10'000);
}
BENCHMARK(prove_together);

void judge_proofs(benchmark::State& state) {
  const MerkleProver prover(million_leaves(), {proven_leaves});
  const Proof proof = prover.inclusion({12'345});
  const Hash leaf = million_leaves().node(0, 12'345);
  for (auto _ : state) {
    benchmark::DoNotOptimize(inclusion_verifies(leaf, {12'345}, prover.head(), proof));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(judge_proofs);

void prove_from_sqlite(benchmark::State& state) {
  const test::Folder folder("bench");
  const auto store = SqliteStore::create(folder.path() / "log.db").value();
  constexpr std::uint64_t size = 200'000;
  std::vector<Bytes> entries;
  for (std::uint64_t i = 0; i < size; ++i) entries.push_back(to_bytes(u64be(i)));
  benchmark::DoNotOptimize(store->append({0}, entries, {}).value());
  crypto::SeededRandom random("proofs");
  for (auto _ : state) {
    benchmark::DoNotOptimize(prove_inclusion(*store, {random.below(size)}, {size}).value());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(prove_from_sqlite);

void audit_whole_log(benchmark::State& state) {
  MemoryStore store;
  Log log = Log::open(store).value();
  const auto batch = statements(1'000);
  for (int i = 0; i < 10; ++i) {
    benchmark::DoNotOptimize(log.append(log.size(), {1000}, batch).value());
  }
  AuditOptions options;
  if (state.range(0) != 0) {
    options.key_lookup = [key = author().public_key()](const crypto::KeyId&, LogIndex) {
      return std::optional(key);
    };
  }
  for (auto _ : state) benchmark::DoNotOptimize(audit_log(store, options).good());
  state.SetItemsProcessed(state.iterations() * 10'000);
}
BENCHMARK(audit_whole_log)->ArgName("signatures")->Arg(0)->Arg(1)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
