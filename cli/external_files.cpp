#include "cli/external_files.hpp"

#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

constexpr std::uint64_t room_for_tensor_header = std::uint64_t{16} << 20U;

Result<Hash> digest_block(const std::filesystem::path& path) {
  MUSTER_TRY_ASSIGN(const Bytes bytes, read_regular_file(path, max_data_block_bytes));
  return crypto::sha256(bytes);
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
  const auto path = files.run.checkpoint(step);
  MUSTER_TRY_ASSIGN(const Bytes bytes,
                    read_file(path, spec.state_bytes() + room_for_tensor_header));
  auto state = parse_external_checkpoint(spec, bytes);
  if (!state) return failure(std::move(state.error()).during(path.string()));
  return state;
}

}  // namespace muster::cli
