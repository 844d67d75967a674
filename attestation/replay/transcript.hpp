#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "attestation/device/entry.hpp"
#include "attestation/replay/run_outline.hpp"
#include "attestation/replay/training_spec.hpp"
#include "attestation/replay/training_state.hpp"
#include "attestation/replay/training_text.hpp"
#include "ledger/index.hpp"

namespace muster::attestation {

/// What a Prover commits to of one run of the built-in trainer: metadata M, data D and weights W of
/// its transcript (Shavit 2023, section 5.1), of the last two only the roots of Merkle trees. One
/// of its leaves can be shown without the others, and so a Verifier need see no weights but those
/// of the segments that it picks.
struct TranscriptCommitment {
  TrainingSpec spec;
  std::uint64_t text_bytes = 0;
  Hash text_root;            ///< Over the block digests as leaves.
  std::uint32_t shards = 1;  ///< Parts that the state is cut into, one for each chip.
  std::uint64_t chunk_bytes = 4096;
  Hash states_root;  ///< Over a leaf for each shard at each checkpoint: see `shard_leaf`.

  /// Checkpoints at the steps 0, every, 2 every … to the end.
  [[nodiscard]] std::uint64_t checkpoints() const { return spec.steps / spec.checkpoint_every + 1; }
  [[nodiscard]] ShardLayout layout() const;
  /// Cost: a hash of the document.
  [[nodiscard]] RunOutline outline() const;
  friend bool operator==(const TranscriptCommitment&, const TranscriptCommitment&) = default;
};

/// The canonical document, `muster/transcript/v1`.
[[nodiscard]] std::string encode_transcript(const TranscriptCommitment& transcript);

/// Errors: `invalid_input`, naming the field.
Result<TranscriptCommitment> parse_transcript(std::string_view text);

/// What chips log before the run's first snapshot: SHA-256 of the specification's document, and the
/// root over the text, from which and from the seed in the specification the order follows.
[[nodiscard]] Precommitment precommitment_of(const TranscriptCommitment& transcript);

/// The root over the block digests of `text`.
[[nodiscard]] Hash text_root(const TrainingText& text);

/// The same of a state of the built-in trainer (`state_bytes`).
[[nodiscard]] std::vector<Hash> shard_chunks(ByteView state, const TranscriptCommitment& transcript,
                                             std::uint32_t shard);

/// All leaves of one state, by shard.
[[nodiscard]] std::vector<Hash> state_leaves(const TrainingState& state,
                                             const TranscriptCommitment& transcript);

/// Requires: the leaves of all checkpoints, in order; a step that has one.
[[nodiscard]] CheckpointOpening open_checkpoint(const TranscriptCommitment& transcript,
                                                std::span<const Hash> leaves, std::uint64_t step);

/// Whether `state` is the one that the Prover committed to at its step.
[[nodiscard]] bool opening_verifies(const TranscriptCommitment& transcript,
                                    const TrainingState& state, const CheckpointOpening& opening);

}  // namespace muster::attestation
