#include <cstddef>
#include <cstdint>

#include "attestation/run/safetensors.hpp"
#include "ledger/base/check.hpp"

// Every tensor of a file that is taken lies inside the file, and the file's tensors written anew
// are read as they were.
int fuzz_safetensors(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  using namespace muster::attestation;
  const ByteView file(data, size);
  const auto index = read_safetensors(file);
  if (!index) return 0;
  std::vector<TensorToWrite> tensors;
  for (const TensorInfo& tensor : index->tensors) {
    tensors.push_back({tensor.name, tensor.type, tensor.shape, tensor_bytes(file, *index, tensor)});
  }
  const Bytes written = encode_safetensors(tensors, index->metadata);
  const auto again = read_safetensors(written);
  MUSTER_CHECK(again.has_value());
  MUSTER_CHECK(again->metadata == index->metadata);
  MUSTER_CHECK(again->tensors.size() == tensors.size());
  for (const TensorToWrite& tensor : tensors) {
    const TensorInfo* const read = again->find(tensor.name);
    MUSTER_CHECK(read != nullptr && read->type == tensor.type && read->shape == tensor.shape);
    MUSTER_CHECK(to_bytes(tensor_bytes(written, *again, *read)) == to_bytes(tensor.bytes));
  }
  return 0;
}
