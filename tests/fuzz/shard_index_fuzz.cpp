#include <cstddef>
#include <cstdint>

#include "attestation/replay/external_checkpoint.hpp"
#include "ledger/base/check.hpp"
#include "tests/fuzz/odd_model.hpp"
#include "tests/fuzz/packed_files.hpp"

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
  const auto state = join_external_checkpoint(fuzz::odd_model(), step, std::move(files), indexes);
  if (!state) return 0;
  MUSTER_CHECK(state->step() == step);
  fuzz::check_comes_back(*state, step);
  return 0;
}
