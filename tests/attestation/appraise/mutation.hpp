#pragma once

#include <algorithm>

#include "attestation/device/memory.hpp"
#include "tests/attestation/mutation_bench.hpp"

namespace muster::attestation::test {

inline constexpr auto consistent = ChipVerdict::consistent;
inline constexpr auto query = ChipVerdict::query;
inline constexpr auto contradicted = ChipVerdict::contradicted;
inline constexpr auto open = ChipVerdict::open;

struct Mutation {
  FindingCode code;
  ChipVerdict verdict;
  Bench::Step on_entries;
  Bench::Step on_evidence;
};

// One chunk of a declared run lies in memory at snapshot 500, at step 10 of shard 0.
inline std::vector<Hash> declared_memory() {
  std::vector<Hash> chunks(32);
  chunks[0] = crypto::sha256("a declared chunk");
  return chunks;
}

inline void put_memory(Bench& bench, std::size_t number, const std::vector<Hash>& chunks) {
  SnapshotBody& body = bench.snapshot_body(number);
  body.root = memory_root(chunks);
  body.zero_chunks = static_cast<std::uint32_t>(std::ranges::count(chunks, zero_chunk));
  append_opening(bench.openings, body.root, chunks);
}

struct Claim {
  std::uint64_t chip = 1;
  Window valid{day(0), day(42)};
  bool before_freeze = true;
};

inline void declare(Bench& bench, const Claim& claim) {
  SyntheticRunSpec spec = run_spec("declared");
  Declaration declared{
      {spec.run, RunUse::training, {day(0), day(42)}, "1", "1", "2", spec.chunk_bytes, 0, {}},
      {{chip_number(claim.chip), 0, {day(0), day(42)}, 0}},
      {{10, 0, claim.valid, {declared_memory()[0]}}}};
  bench.index = DeclarationIndex({{declared, claim.before_freeze}});
  bench.subject.declarations = &bench.index;
}

}  // namespace muster::attestation::test
