#include "cli/external_files.hpp"

#include "cli/checkpoint_files.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

Result<Hash> digest_block(const std::filesystem::path& path) {
  MUSTER_TRY_ASSIGN(const ByteSource block, ByteSource::open(path));
  if (block.size() > max_data_block_bytes) {
    return failure(Errc::invalid_input, "reading " + path.string() + ": got " +
                                            std::to_string(block.size()) + " bytes, want at most " +
                                            std::to_string(max_data_block_bytes));
  }
  crypto::Sha256 hasher;
  MUSTER_TRY(block.pour(0, block.size(), [&](ByteView piece) -> Result<void> {
    hasher.update(piece);
    return {};
  }));
  return hasher.finish();
}

}  // namespace

std::filesystem::path ExternalFiles::block(std::uint64_t number) const {
  return data() / std::to_string(number);
}

Result<std::vector<Hash>> digest_data_blocks(const std::filesystem::path& folder) {
  std::error_code problem;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator at(folder, problem), end; !problem && at != end;
       at.increment(problem)) {
    ++count;
  }
  if (problem) {
    return failure(Errc::not_found, folder.string() + ": " + problem.message() +
                                        "; want a folder with the blocks of data 0, 1 …");
  }
  if (count == 0 || count > max_data_blocks) {
    return failure(Errc::invalid_input, folder.string() + ": got " + std::to_string(count) +
                                            " blocks of data, want 1 to " +
                                            std::to_string(max_data_blocks));
  }
  std::vector<Hash> blocks;
  blocks.reserve(static_cast<std::size_t>(count));
  for (std::uint64_t number = 0; number < count; ++number) {
    auto digest = digest_block(folder / std::to_string(number));
    if (!digest) {
      return failure(std::move(digest.error())
                         .during(folder.string() + ": its " + std::to_string(count) +
                                 " files must be blocks of data named 0, 1 …"));
    }
    blocks.push_back(*digest);
  }
  return blocks;
}

Result<std::vector<Hash>> read_data_blocks(const ExternalFiles& files,
                                           const ExternalTranscript& transcript) {
  MUSTER_TRY_ASSIGN(auto blocks, digest_data_blocks(files.data()));
  if (blocks.size() == transcript.data_blocks && data_blocks_root(blocks) == transcript.data_root) {
    return blocks;
  }
  return failure(Errc::invalid_input, files.data().string() + ": these " +
                                          std::to_string(blocks.size()) + " blocks are not the " +
                                          std::to_string(transcript.data_blocks) +
                                          " that the transcript commits to");
}

Result<Bytes> read_data_block(const ExternalFiles& files, std::uint64_t number) {
  return read_regular_file(files.block(number), max_data_block_bytes);
}

Result<ExternalState> read_external_checkpoint(const ExternalFiles& files, const ExternalSpec& spec,
                                               std::uint64_t step) {
  return read_checkpoint_paths(
      {files.run.checkpoint(step), files.run.checkpoints() / std::to_string(step)}, spec, step);
}

}  // namespace muster::cli
