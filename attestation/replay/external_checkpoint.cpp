#include "attestation/replay/external_checkpoint.hpp"

#include <algorithm>
#include <set>

#include "attestation/replay/checkpoint_step.hpp"

namespace muster::attestation {
namespace {

std::string shape_text(const std::vector<std::uint64_t>& shape) {
  std::string text;
  for (const std::uint64_t side : shape) text += (text.empty() ? "" : ", ") + std::to_string(side);
  return "[" + text + "]";
}

/// A tensor that the specification does not name.
std::string one_too_many(const ExternalSpec& spec, const TensorPlaces& places) {
  std::set<std::string_view> wanted;
  for (const ExternalTensor& tensor : spec.tensors) wanted.insert(tensor.name);
  const auto extra =
      std::ranges::find_if(places, [&](const auto& item) { return !wanted.contains(item.first); });
  return extra == places.end() ? "" : std::string(extra->first);
}

/// Where the tensors of the specification lie, each of them as it should be, and no others.
Result<std::vector<StateExtent>> extents_of(const ExternalSpec& spec, const TensorPlaces& places,
                                            std::span<const NamedTensors> files) {
  std::vector<StateExtent> extents;
  extents.reserve(spec.tensors.size());
  for (const ExternalTensor& wanted : spec.tensors) {
    const auto found = places.find(wanted.name);
    if (found == places.end()) {
      return failure(Errc::invalid_input, "checkpoint: no tensor \"" + wanted.name + "\"");
    }
    const TensorInfo& tensor = *found->second.tensor;
    if (tensor.type != wanted.type || tensor.shape != wanted.shape) {
      return failure(Errc::invalid_input, "checkpoint: tensor \"" + wanted.name + "\": got " +
                                              std::string(tensor.type->name) + " " +
                                              shape_text(tensor.shape) + ", want " +
                                              std::string(wanted.type->name) + " " +
                                              shape_text(wanted.shape));
    }
    const std::uint64_t at = files[found->second.file].header->data_begin + tensor.begin;
    extents.push_back({wanted.offset, wanted.bytes, found->second.file, at});
  }
  if (places.size() == spec.tensors.size()) return extents;
  return failure(Errc::invalid_input, "checkpoint: got " + std::to_string(places.size()) +
                                          " tensors, and the specification names " +
                                          std::to_string(spec.tensors.size()) + "; \"" +
                                          one_too_many(spec, places) + "\" is none of these");
}

Error another_step(std::uint64_t got, std::uint64_t want) {
  return {Errc::invalid_input, "checkpoint.__metadata__.step: got " + std::to_string(got) +
                                   ", want " + std::to_string(want)};
}

/// The header of one file of several, which need not say its step.
Result<SafetensorsIndex> header_of(const CheckpointFile& file, std::uint64_t step) {
  auto header = read_safetensors(file.bytes);
  if (!header) return failure(std::move(header.error()).during(file.name));
  if (!header->metadata.contains(std::string(checkpoint_step_key))) return header;
  auto own = checkpoint_step(*header);
  if (!own) return failure(std::move(own.error()).during(file.name));
  if (*own != step) return failure(another_step(*own, step).during(file.name));
  return header;
}

}  // namespace

Result<ExternalState> parse_external_checkpoint(const ExternalSpec& spec, ByteSource file) {
  MUSTER_TRY_ASSIGN(const SafetensorsIndex header, read_safetensors(file));
  MUSTER_TRY_ASSIGN(const std::uint64_t step, checkpoint_step(header));
  const NamedTensors named{"the file", &header};
  MUSTER_TRY_ASSIGN(const TensorPlaces places, places_of_tensors({&named, 1}));
  MUSTER_TRY_ASSIGN(const auto extents, extents_of(spec, places, {&named, 1}));
  std::vector<ByteSource> files;
  files.push_back(std::move(file));
  return ExternalState(step, std::move(files), extents);
}

Result<ExternalState> parse_external_end(const ExternalSpec& spec, ByteSource file,
                                         std::uint64_t step) {
  MUSTER_TRY_ASSIGN(ExternalState state, parse_external_checkpoint(spec, std::move(file)));
  if (state.step() == step) return state;
  return failure(another_step(state.step(), step));
}

Result<ExternalState> join_external_checkpoint(const ExternalSpec& spec, std::uint64_t step,
                                               std::vector<CheckpointFile> files,
                                               std::span<const CheckpointIndex> indexes) {
  if (files.empty() || files.size() > max_checkpoint_files) {
    return failure(Errc::invalid_input, "got " + std::to_string(files.size()) +
                                            " files that end in .safetensors, want 1 to " +
                                            std::to_string(max_checkpoint_files));
  }
  std::vector<SafetensorsIndex> headers;
  headers.reserve(files.size());
  std::vector<NamedTensors> named;
  for (const CheckpointFile& file : files) {
    MUSTER_TRY_ASSIGN(SafetensorsIndex header, header_of(file, step));
    headers.push_back(std::move(header));
    named.push_back({file.name, &headers.back()});
  }
  MUSTER_TRY_ASSIGN(const TensorPlaces places, places_of_tensors(named));
  for (const CheckpointIndex& item : indexes) {
    auto fits = check_shard_index(item.index, named, places);
    if (!fits) return failure(std::move(fits.error()).during(item.name));
  }
  MUSTER_TRY_ASSIGN(const auto extents, extents_of(spec, places, named));
  std::vector<ByteSource> sources;
  sources.reserve(files.size());
  for (CheckpointFile& file : files) sources.push_back(std::move(file.bytes));
  return ExternalState(step, std::move(sources), extents);
}

}  // namespace muster::attestation
