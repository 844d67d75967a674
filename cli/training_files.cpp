#include "cli/training_files.hpp"

#include "ledger/base/file.hpp"
#include "ledger/merkle.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

constexpr std::uint64_t most_checkpoint_bytes = std::uint64_t{1} << 30U;

}  // namespace

std::filesystem::path TrainingFiles::checkpoint(std::uint64_t step) const {
  return checkpoints() / (std::to_string(step) + ".safetensors");
}

Result<void> write_states(const TrainingFiles& files, const std::vector<Hash>& leaves) {
  std::string lines;
  for (const Hash& leaf : leaves) lines += leaf.to_hex() + "\n";
  return create_file(files.states(), as_bytes(lines));
}

Result<std::vector<Hash>> read_states(const TrainingFiles& files, const RunOutline& outline) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(files.states()));
  std::vector<Hash> leaves;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    auto leaf = Hash::from_hex(rest.substr(0, end));
    if (!leaf) {
      return failure(
          std::move(leaf.error())
              .during(files.states().string() + " line " + std::to_string(leaves.size() + 1)));
    }
    leaves.push_back(*leaf);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const std::uint64_t wanted = outline.checkpoints() * outline.layout.shards;
  if (leaves.size() != wanted || ledger::root_hash(leaves) != outline.states_root) {
    return failure(Errc::invalid_input, files.states().string() + ": these " +
                                            std::to_string(leaves.size()) + " leaves are not the " +
                                            std::to_string(wanted) +
                                            " that the transcript commits to");
  }
  return leaves;
}

Result<TrainingText> read_training_text(const TrainingFiles& files,
                                        const TranscriptCommitment& transcript) {
  MUSTER_TRY_ASSIGN(Bytes bytes, read_file(files.text()));
  TrainingText text(std::move(bytes));
  if (text.bytes().size() == transcript.text_bytes && text_root(text) == transcript.text_root) {
    return text;
  }
  return failure(Errc::invalid_input,
                 files.text().string() + ": not the text that the transcript commits to");
}

Result<TrainingState> read_checkpoint(const TrainingFiles& files,
                                      const TranscriptCommitment& transcript, std::uint64_t step) {
  const auto path = files.checkpoint(step);
  MUSTER_TRY_ASSIGN(const Bytes bytes, read_file(path, most_checkpoint_bytes));
  auto state = parse_checkpoint(transcript.spec, bytes);
  if (!state) return failure(std::move(state.error()).during(path.string()));
  return state;
}

}  // namespace muster::cli
