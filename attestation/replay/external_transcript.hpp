#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "attestation/replay/external_spec.hpp"
#include "attestation/replay/run_outline.hpp"
#include "attestation/replay/transcript.hpp"

namespace muster::attestation {

/// Most blocks of data, and most bytes of one.
inline constexpr std::uint64_t max_data_blocks = 1'000'000;
inline constexpr std::uint64_t max_data_block_bytes = std::uint64_t{1} << 30U;

/// Most chunks of one shard, whose digests are in memory at once: 512 MiB of them. The largest
/// state on one chip has so many of the default size.
inline constexpr std::uint64_t max_shard_chunks = std::uint64_t{1} << 24U;

/// What a Prover commits to of a run of a model of its own: metadata M, data D and weights W as
/// roots of Merkle trees, as `TranscriptCommitment` does for the built-in models. The data is cut
/// into blocks, each of them what one segment learns; what is in a block only the program knows.
struct ExternalTranscript {
  ExternalSpec spec;
  std::uint64_t data_blocks = 0;
  Hash data_root;            ///< Over the SHA-256 of each block as leaves.
  std::uint32_t shards = 1;  ///< Parts that the state is cut into, one for each chip.
  std::uint64_t chunk_bytes = 4096;
  Hash states_root;

  [[nodiscard]] ShardLayout layout() const { return {spec.state_bytes(), chunk_bytes, shards}; }
  /// Cost: a hash of the document.
  [[nodiscard]] RunOutline outline() const;
  friend bool operator==(const ExternalTranscript&, const ExternalTranscript&) = default;
};

/// The canonical document, `muster/external-transcript/v1`.
[[nodiscard]] std::string encode_external_transcript(const ExternalTranscript& transcript);

/// Errors: `invalid_input`, naming the field.
Result<ExternalTranscript> parse_external_transcript(std::string_view text);

/// A transcript of either kind.
using AnyTranscript = std::variant<TranscriptCommitment, ExternalTranscript>;

/// Reads the kind that the document's `v` names. Errors: `invalid_input`, naming the field.
Result<AnyTranscript> parse_any_transcript(std::string_view text);
[[nodiscard]] RunOutline outline_of(const AnyTranscript& transcript);

/// A part of a tensor that one chip holds: its bytes [begin, end).
struct TensorSlice {
  std::string tensor;
  std::uint64_t begin;
  std::uint64_t end;

  friend bool operator==(const TensorSlice&, const TensorSlice&) = default;
};

/// What a shard of a state is made of, in order. Requires: shard < shards.
[[nodiscard]] std::vector<TensorSlice> slices_of_shard(const ExternalTranscript& transcript,
                                                       std::uint32_t shard);

/// What chips log before the run's first snapshot: SHA-256 of the specification's document, and the
/// root over the data, from which and from the specification the order follows.
[[nodiscard]] Precommitment precommitment_of(const ExternalTranscript& transcript);

/// The root over the blocks, given the SHA-256 of each.
[[nodiscard]] Hash data_blocks_root(std::span<const Hash> blocks);

/// SHA-256("muster/run-seed/v1\n" || the SHA-256 of all blocks || random). Source: Choi, Shavit,
/// Duvenaud 2023, section 4.3.
[[nodiscard]] Hash data_seed(std::span<const Hash> blocks, const Hash& random);

/// Which block each of the first `segments` segments learns. Given order: segment k has block k mod
/// n. Seeded: pass p over all n blocks has them by rising
/// SHA-256("muster/block-order/v1\n" || seed || u64be(p) || u64be(block)).
/// Requires: n at least 1. Cost: a hash and a place in a sort for each block of each pass.
[[nodiscard]] std::vector<std::uint64_t> block_order(DataOrder order, const Hash& seed,
                                                     std::uint64_t blocks, std::uint64_t segments);

}  // namespace muster::attestation
