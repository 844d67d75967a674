#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/hash.hpp"

namespace muster::attestation {

/// Most shards of a state, and most bytes of a chunk.
inline constexpr std::int64_t max_shards = 65'536;
inline constexpr std::int64_t max_chunk_bytes = std::int64_t{1} << 24;

/// How a state lies in the memory of the chips that hold it: padded with zeros to whole chunks for
/// each shard, all shards of one size.
struct ShardLayout {
  std::uint64_t state_bytes = 0;
  std::uint64_t chunk_bytes = 4096;
  std::uint32_t shards = 1;  ///< Parts that the state is cut into, one for each chip.

  /// Chunks of each shard: enough of them for the whole state.
  [[nodiscard]] std::uint64_t chunks_per_shard() const;
};

/// What a transcript commits to, whatever its model is: all that drawing segments, opening
/// checkpoints and comparing a declaration need of it.
struct RunOutline {
  Hash commitment;   ///< SHA-256 of the transcript's document.
  Hash data_root;    ///< Over what the run learned.
  Hash states_root;  ///< Over a leaf for each shard at each checkpoint: see `shard_leaf`.
  std::uint64_t steps = 0;
  std::uint64_t checkpoint_every = 1;  ///< Divides `steps`.
  ShardLayout layout{};
  bool is_external = false;  ///< A model of others: the built-in trainer cannot do it again.

  /// Checkpoints at the steps 0, every, 2 every … to the end.
  [[nodiscard]] std::uint64_t checkpoints() const { return steps / checkpoint_every + 1; }
  [[nodiscard]] std::uint64_t segments() const { return checkpoints() - 1; }
};

/// The chunk digests of one shard of a state, as a device log's snapshots have them.
/// Requires: shard < shards.
[[nodiscard]] std::vector<Hash> shard_chunks(ByteView state, const ShardLayout& layout,
                                             std::uint32_t shard);

/// The leaf of one shard at one step: SHA-256(0x00 || canonical JSON {"root","shard","step"}), the
/// root being the memory root over the shard's chunk digests.
[[nodiscard]] Hash shard_leaf(std::uint64_t step, std::uint32_t shard,
                              std::span<const Hash> chunks);

/// All leaves of one state, by shard.
[[nodiscard]] std::vector<Hash> state_leaves(std::uint64_t step, ByteView state,
                                             const ShardLayout& layout);

/// Whether a state, of which these are the leaves, stands in the tree of all `leaves` at its step.
/// Requires: the leaves of all checkpoints.
[[nodiscard]] bool is_committed(std::uint64_t step, std::span<const Hash> own,
                                std::span<const Hash> leaves, const RunOutline& outline);

/// Shows that the leaves of one checkpoint are in the tree.
struct CheckpointOpening {
  std::uint64_t step;
  std::vector<std::vector<Hash>> paths;  ///< An inclusion proof for each shard.
};

/// Requires: the leaves of all checkpoints, in order; a step that has one.
[[nodiscard]] CheckpointOpening open_checkpoint(const RunOutline& outline,
                                                std::span<const Hash> leaves, std::uint64_t step);

/// Whether these leaves, by shard, are those that were committed to at the step of `opening`.
[[nodiscard]] bool leads_to_root(const RunOutline& outline, std::span<const Hash> own,
                                 const CheckpointOpening& opening);

[[nodiscard]] std::string encode_opening(const CheckpointOpening& opening);
/// Errors: `invalid_input`, naming the field.
Result<CheckpointOpening> parse_opening(std::string_view text);

}  // namespace muster::attestation
