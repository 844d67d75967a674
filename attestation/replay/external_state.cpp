#include "attestation/replay/external_state.hpp"

#include <algorithm>

#include "attestation/replay/checkpoint_step.hpp"
#include "attestation/replay/chunk_digester.hpp"
#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {
namespace {

constexpr std::string_view state_mark = "muster/external-state/v1\n";

/// What the tensors are called in a file; their bytes are not needed for its head.
std::vector<TensorToWrite> tensors_without_bytes(const ExternalSpec& spec) {
  std::vector<TensorToWrite> tensors;
  tensors.reserve(spec.tensors.size());
  for (const ExternalTensor& tensor : spec.tensors) {
    tensors.push_back({tensor.name, tensor.type, tensor.shape, {}});
  }
  return tensors;
}

SafetensorsHead head_of_checkpoint(const ExternalSpec& spec, std::uint64_t step) {
  return safetensors_head(tensors_without_bytes(spec),
                          {{std::string(checkpoint_step_key), std::to_string(step)}});
}

}  // namespace

ExternalState::ExternalState(std::uint64_t step, Bytes bytes) : step_(step), size_(bytes.size()) {
  if (!bytes.empty()) extents_.push_back({0, size_, 0, 0});
  files_.emplace_back(std::move(bytes));
}

ExternalState::ExternalState(std::uint64_t step, std::vector<ByteSource> files,
                             const std::vector<StateExtent>& extents)
    : step_(step), files_(std::move(files)) {
  for (const StateExtent& extent : extents) {
    MUSTER_CHECK(extent.begin == size_ && extent.file < files_.size());
    const std::uint64_t length = files_[extent.file].size();
    MUSTER_CHECK(extent.at <= length && extent.bytes <= length - extent.at);
    size_ += extent.bytes;
    if (extent.bytes > 0) extents_.push_back(extent);
  }
}

std::size_t ExternalState::extent_at(std::uint64_t first) const {
  const auto after = std::ranges::upper_bound(extents_, first, {}, &StateExtent::begin);
  return static_cast<std::size_t>(after - extents_.begin()) - 1;
}

Result<void> ExternalState::read(std::uint64_t first, std::span<std::uint8_t> into) const {
  MUSTER_CHECK(first <= size_ && into.size() <= size_ - first);
  while (!into.empty()) {
    const StateExtent& extent = extents_[extent_at(first)];
    const std::uint64_t inside = first - extent.begin;
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), extent.bytes - inside));
    MUSTER_TRY(files_[extent.file].read(extent.at + inside, into.first(count)));
    into = into.subspan(count);
    first += count;
  }
  return {};
}

Result<void> ExternalState::pour(std::uint64_t first, std::uint64_t count,
                                 const ByteSink& sink) const {
  MUSTER_CHECK(first <= size_ && count <= size_ - first);
  while (count > 0) {
    const StateExtent& extent = extents_[extent_at(first)];
    const std::uint64_t inside = first - extent.begin;
    const std::uint64_t part = std::min(count, extent.bytes - inside);
    MUSTER_TRY(files_[extent.file].pour(extent.at + inside, part, sink));
    first += part;
    count -= part;
  }
  return {};
}

Result<Hash> external_state_digest(const ExternalState& state) {
  const auto step = u64be(state.step());
  crypto::Sha256 hasher;
  hasher.update(state_mark).update(ByteView(step));
  MUSTER_TRY(state.pour(0, state.size(), [&](ByteView piece) -> Result<void> {
    hasher.update(piece);
    return {};
  }));
  return hasher.finish();
}

Result<bool> have_same_bytes(const ExternalState& a, const ExternalState& b, std::uint64_t first,
                             std::uint64_t count) {
  Bytes of_a;
  Bytes of_b;
  for (std::uint64_t done = 0; done < count; done += of_a.size()) {
    of_a.resize(static_cast<std::size_t>(std::min<std::uint64_t>(max_piece_bytes, count - done)));
    of_b.resize(of_a.size());
    MUSTER_TRY(a.read(first + done, of_a));
    MUSTER_TRY(b.read(first + done, of_b));
    if (of_a != of_b) return false;
  }
  return true;
}

Result<void> pour_external_checkpoint(const ExternalSpec& spec, const ExternalState& state,
                                      const ByteSink& sink) {
  MUSTER_CHECK(state.size() == spec.state_bytes());
  const SafetensorsHead head = head_of_checkpoint(spec, state.step());
  MUSTER_TRY(sink(head.bytes));
  for (const std::size_t place : head.order) {
    const ExternalTensor& tensor = spec.tensors[place];
    MUSTER_TRY(state.pour(tensor.offset, tensor.bytes, sink));
  }
  return {};
}

std::uint64_t external_checkpoint_bytes(const ExternalSpec& spec, std::uint64_t step) {
  return head_of_checkpoint(spec, step).bytes.size() + spec.state_bytes();
}

Result<std::vector<Hash>> shard_chunks(const ExternalState& state, const ShardLayout& layout,
                                       std::uint32_t shard) {
  MUSTER_CHECK(shard < layout.shards && state.size() == layout.state_bytes);
  const std::uint64_t count = layout.chunks_per_shard();
  const std::uint64_t first = std::min(state.size(), shard * count * layout.chunk_bytes);
  const std::uint64_t bytes = std::min(state.size() - first, count * layout.chunk_bytes);
  ChunkDigester digester(layout.chunk_bytes);
  MUSTER_TRY(state.pour(first, bytes, [&](ByteView piece) -> Result<void> {
    digester.add(piece);
    return {};
  }));
  return digester.finish(static_cast<std::size_t>(count));
}

Result<std::vector<Hash>> state_leaves(const ExternalState& state, const ShardLayout& layout) {
  std::vector<Hash> leaves;
  leaves.reserve(layout.shards);
  for (std::uint32_t shard = 0; shard < layout.shards; ++shard) {
    MUSTER_TRY_ASSIGN(const auto chunks, shard_chunks(state, layout, shard));
    leaves.push_back(shard_leaf(state.step(), shard, chunks));
  }
  return leaves;
}

}  // namespace muster::attestation
