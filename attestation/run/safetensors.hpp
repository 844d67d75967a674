#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "ledger/base/byte_source.hpp"
#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster::attestation {

/// Longest header that a file may have, as in the format's reference implementation.
inline constexpr std::uint64_t max_safetensors_header = 100'000'000;

/// An element type by its name in the format, and its width in bits.
struct TensorType {
  std::string_view name;
  std::uint32_t bits;
};

/// The type of that name ("F32", "BF16", "F8_E4M3" …), null for one that the format does not have.
[[nodiscard]] const TensorType* find_tensor_type(std::string_view name);

/// One tensor of a file: row-major, little-endian.
struct TensorInfo {
  std::string name;
  const TensorType* type;
  std::vector<std::uint64_t> shape;  ///< Outermost first; empty for a single number.
  std::uint64_t begin;               ///< Bytes from the end of the header.
  std::uint64_t end;
};

/// What a safetensors file holds: a header that says where each tensor lies, and their bytes behind
/// it without gap or overlap. Source: the format's description in huggingface/safetensors, README.
struct SafetensorsIndex {
  std::vector<TensorInfo> tensors;              ///< In the order of their bytes.
  std::map<std::string, std::string> metadata;  ///< What its maker says of it.
  std::uint64_t data_begin;                     ///< Where the bytes begin in the file.

  /// The tensor of that name, or null.
  [[nodiscard]] const TensorInfo* find(std::string_view name) const;
};

/// Reads the header of the file `bytes`, and holds every number in it to the file.
/// Errors: `invalid_input`, naming the tensor and its field: a header that is cut off, too long or
/// not JSON, a type that is not of the format, a range that is not what the shape takes, that
/// overlaps another, leaves bytes out or ends outside the file.
Result<SafetensorsIndex> read_safetensors(ByteView bytes);
/// The same, and nothing but the header is read. Errors: those of reading `file` as well.
Result<SafetensorsIndex> read_safetensors(const ByteSource& file);

/// The bytes of `tensor`, borrowed from the file that `index` was read from.
[[nodiscard]] ByteView tensor_bytes(ByteView file, const SafetensorsIndex& index,
                                    const TensorInfo& tensor);

/// A tensor to be written; `bytes` are row-major and little-endian. Where only the file's head is
/// made, they are not looked at.
struct TensorToWrite {
  std::string name;
  const TensorType* type;
  std::vector<std::uint64_t> shape;
  ByteView bytes;
};

/// What stands before the tensors of a file, and in which order they follow.
struct SafetensorsHead {
  Bytes bytes;
  std::vector<std::size_t> order;  ///< Places in the list of the tensors to be written.
};

/// The head of the file that `encode_safetensors` makes of these tensors. Requires: as there.
[[nodiscard]] SafetensorsHead safetensors_head(
    std::span<const TensorToWrite> tensors,
    const std::map<std::string, std::string>& metadata = {});

/// The file with these tensors, in the order that the reference implementation gives them: widest
/// type first, then by name; the header padded with spaces to a multiple of 8 bytes.
/// Requires: distinct names, none "__metadata__", and for each the bytes that its shape takes.
[[nodiscard]] Bytes encode_safetensors(std::span<const TensorToWrite> tensors,
                                       const std::map<std::string, std::string>& metadata = {});

}  // namespace muster::attestation
