#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "attestation/replay/external_state.hpp"
#include "attestation/run/shard_index.hpp"
#include "ledger/base/byte_source.hpp"

namespace muster::attestation {

/// Most safetensors files that the state of one step may lie in: all of them stay open.
inline constexpr std::size_t max_checkpoint_files = 256;

/// Reads the header of a safetensors file with a whole state, whoever wrote it and in whatever
/// order its tensors are. The tensors stay where they are.
/// Errors: `invalid_input`, naming the tensor that is missing, one too many, or of another type or
/// shape than the specification has; a step that is none.
Result<ExternalState> parse_external_checkpoint(const ExternalSpec& spec, ByteSource file);

/// The same, and the step must be `step`.
Result<ExternalState> parse_external_end(const ExternalSpec& spec, ByteSource file,
                                         std::uint64_t step);

/// One file of a state in several, and one index beside them.
struct CheckpointFile {
  std::string name;  ///< In its folder.
  ByteSource bytes;
};
struct CheckpointIndex {
  std::string name;
  ShardIndex index;
};

/// A state whose tensors lie in several files, in whatever order and however they are parted: it is
/// the one that it would be in one file. Each index is held to the files (`check_shard_index`). A
/// file whose metadata have a step must have `step`.
/// Errors: `invalid_input`, naming file or index, and the tensor: as of one file; a tensor that is
/// in two files; what an index says otherwise; no file, or too many.
Result<ExternalState> join_external_checkpoint(const ExternalSpec& spec, std::uint64_t step,
                                               std::vector<CheckpointFile> files,
                                               std::span<const CheckpointIndex> indexes);

}  // namespace muster::attestation
