#include <cstddef>
#include <cstdint>

#include "attestation/replay/external_checkpoint.hpp"
#include "ledger/base/check.hpp"
#include "tests/fuzz/packed_files.hpp"

namespace {

/// Two weights and a counter.
const muster::attestation::ExternalSpec& spec_of_shards() {
  static const auto spec = muster::attestation::parse_external_spec(
      R"({"checkpoint_every":7,"code":")" + std::string(64, 'c') +
      R"(","config":"","flop_per_step":"1","model":"external","name":"odd","order":"given",)"
      R"("parameters":2,"random":")" +
      std::string(64, 'a') +
      R"(","steps":7,"tensors":[{"dtype":"F16","name":"w","role":"weights","shape":[2]},)"
      R"({"dtype":"I64","name":"n","role":"state","shape":[]}],"v":"muster/external-spec/v1"})");
  return spec.value();
}

}  // namespace

// A stranger's folder of tensors and indexes (packed_files.hpp): an index that is taken names files
// of its own folder alone; a state that is taken lies in the files to the byte, and is read again
// from the one file that it is written as.
int fuzz_shard_index(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  using namespace muster::attestation;
  constexpr std::uint64_t step = 7;
  std::vector<CheckpointFile> files;
  std::vector<CheckpointIndex> indexes;
  for (auto& [name, content] : fuzz::unpacked(ByteView(data, size))) {
    if (name.ends_with(".safetensors")) {
      files.push_back({name, ByteSource(content)});
    } else if (const auto index = parse_shard_index(as_text(content))) {
      for (const auto& item : index->files) {
        MUSTER_CHECK(item.second.find('/') == std::string::npos);
        MUSTER_CHECK(item.second.ends_with(".safetensors") && item.second != ".safetensors");
      }
      indexes.push_back({name, *index});
    }
  }
  const auto state = join_external_checkpoint(spec_of_shards(), step, std::move(files), indexes);
  if (!state) return 0;
  MUSTER_CHECK(state->step() == step && state->size() == spec_of_shards().state_bytes());
  Bytes file;
  const auto poured = pour_external_checkpoint(spec_of_shards(), *state, [&](ByteView piece) {
    append(file, piece);
    return Result<void>();
  });
  MUSTER_CHECK(poured.has_value());
  const auto again = parse_external_end(spec_of_shards(), ByteSource(std::move(file)), step);
  MUSTER_CHECK(again.has_value());
  MUSTER_CHECK(have_same_bytes(*again, *state, 0, state->size()).value());
  return 0;
}
