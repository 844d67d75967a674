#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "attestation/run/safetensors.hpp"

namespace muster::attestation {

/// Longest index that is read, in bytes.
inline constexpr std::uint64_t max_shard_index_bytes = std::uint64_t{16} << 20U;

/// The document that stands beside a model in several safetensors files and says which tensor is in
/// which, commonly `model.safetensors.index.json`: {"metadata": {"total_size": 12}, "weight_map":
/// {"tensor": "model-00001-of-00002.safetensors"}}.
struct ShardIndex {
  std::uint64_t total_size = 0;                ///< Bytes of all tensors.
  std::map<std::string, std::string> files{};  ///< By the tensor's name.
};

/// Reads one. What tools write besides into it is passed over.
/// Errors: `invalid_input`, naming the field: no JSON, a tensor that stands there twice, no total
/// size, a file name that is none of this folder's: with a slash, say, or another ending than
/// ".safetensors".
Result<ShardIndex> parse_shard_index(std::string_view text);

/// One of the files, and what its header says. Borrows both.
struct NamedTensors {
  std::string_view file;
  const SafetensorsIndex* header;
};

/// In which file of a list a tensor is.
struct TensorPlace {
  std::size_t file;
  const TensorInfo* tensor;
};
using TensorPlaces = std::map<std::string_view, TensorPlace>;

/// The tensors of all files by their names, borrowed.
/// Errors: `invalid_input`: a tensor that is in two of them.
Result<TensorPlaces> places_of_tensors(std::span<const NamedTensors> files);

/// Holds the files of a folder to an index: each tensor is in the file that it names, the files
/// that it names have no other, and their bytes are the total. Files that it does not name are left
/// alone. Requires: `places` of `files`. Errors: `invalid_input`, naming the field, tensor and
/// file.
Result<void> check_shard_index(const ShardIndex& index, std::span<const NamedTensors> files,
                               const TensorPlaces& places);

}  // namespace muster::attestation
