#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "attestation/replay/external_spec.hpp"
#include "attestation/replay/run_outline.hpp"
#include "ledger/base/byte_source.hpp"
#include "ledger/base/bytes.hpp"

namespace muster::attestation {

/// Where a part of a state lies: a tensor, as a rule.
struct StateExtent {
  std::uint64_t begin;  ///< In the state.
  std::uint64_t bytes;
  std::size_t file;  ///< Which of the state's files.
  std::uint64_t at;  ///< In that file.
};

/// All that a run of a model of others needs to go on, after so many steps: the bytes of all
/// tensors, one after the other as the specification orders them, in whatever files they lie. They
/// are read where they lie; a state of any size takes no memory.
class ExternalState final {
 public:
  /// A state in memory.
  ExternalState(std::uint64_t step, Bytes bytes);
  /// One that lies in files. Requires: extents that follow each other without a gap, each of them
  /// within its file.
  ExternalState(std::uint64_t step, std::vector<ByteSource> files,
                const std::vector<StateExtent>& extents);

  [[nodiscard]] std::uint64_t step() const { return step_; }
  /// Bytes of all tensors.
  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// As of `ByteSource`, over the state's bytes.
  Result<void> read(std::uint64_t first, std::span<std::uint8_t> into) const;
  Result<void> pour(std::uint64_t first, std::uint64_t count, const ByteSink& sink) const;

 private:
  [[nodiscard]] std::size_t extent_at(std::uint64_t first) const;

  std::uint64_t step_;
  std::uint64_t size_ = 0;
  std::vector<ByteSource> files_;
  std::vector<StateExtent> extents_;  // those without bytes left out
};

/// SHA-256("muster/external-state/v1\n" || u64be(step) || bytes). Errors: those of reading.
Result<Hash> external_state_digest(const ExternalState& state);

/// Whether both have the same bytes in [first, first + count). Requires: states that have them.
/// Errors: those of reading.
Result<bool> have_same_bytes(const ExternalState& a, const ExternalState& b, std::uint64_t first,
                             std::uint64_t count);

/// Gives `sink` the state as one safetensors file: the tensors by their names, and the step in the
/// metadata. Requires: a state of the specification. Errors: those of reading and of `sink`.
Result<void> pour_external_checkpoint(const ExternalSpec& spec, const ExternalState& state,
                                      const ByteSink& sink);
/// Bytes of that file.
[[nodiscard]] std::uint64_t external_checkpoint_bytes(const ExternalSpec& spec, std::uint64_t step);

/// The chunk digests of one shard, as of a state in memory (`run_outline.hpp`).
/// Errors: those of reading.
Result<std::vector<Hash>> shard_chunks(const ExternalState& state, const ShardLayout& layout,
                                       std::uint32_t shard);
/// All leaves, by shard. Errors: those of reading. Cost: a hash of the state; 32 bytes of memory
/// for each chunk of a shard.
Result<std::vector<Hash>> state_leaves(const ExternalState& state, const ShardLayout& layout);

}  // namespace muster::attestation
