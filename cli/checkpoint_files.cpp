#include "cli/checkpoint_files.hpp"

#include <algorithm>
#include <vector>

#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

using namespace attestation;
namespace fs = std::filesystem;

constexpr std::string_view tensor_ending = ".safetensors";
constexpr std::string_view index_ending = ".safetensors.index.json";
constexpr std::uint64_t room_for_tensor_header = std::uint64_t{16} << 20U;
constexpr std::size_t most_indexes = 16;

/// Opens a file that is no longer than a whole state and a header: a header is read into memory.
Result<ByteSource> open_tensors(const fs::path& path, const ExternalSpec& spec) {
  MUSTER_TRY_ASSIGN(ByteSource source, ByteSource::open(path));
  const std::uint64_t most = spec.state_bytes() + room_for_tensor_header;
  if (source.size() <= most) return source;
  return failure(Errc::invalid_input, "reading " + path.string() + ": got " +
                                          std::to_string(source.size()) + " bytes, want at most " +
                                          std::to_string(most) +
                                          ": the specification's tensors and a header");
}

/// The names of a folder's files with that ending, in order.
Result<std::vector<std::string>> names_in(const fs::path& folder, std::string_view ending) {
  std::vector<std::string> names;
  std::error_code problem;
  for (fs::directory_iterator at(folder, problem), end; !problem && at != end;
       at.increment(problem)) {
    std::string name = at->path().filename().string();
    if (name.ends_with(ending)) names.push_back(std::move(name));
  }
  if (problem) return failure(Errc::unavailable, folder.string() + ": " + problem.message());
  std::ranges::sort(names);
  return names;
}

Result<std::vector<CheckpointFile>> files_in(const fs::path& folder, const ExternalSpec& spec) {
  MUSTER_TRY_ASSIGN(const auto names, names_in(folder, tensor_ending));
  if (names.empty() || names.size() > max_checkpoint_files) {  // before any is opened
    return failure(Errc::invalid_input, folder.string() + ": got " + std::to_string(names.size()) +
                                            " files that end in .safetensors, want 1 to " +
                                            std::to_string(max_checkpoint_files));
  }
  std::vector<CheckpointFile> files;
  for (const std::string& name : names) {
    MUSTER_TRY_ASSIGN(ByteSource source, open_tensors(folder / name, spec));
    files.push_back({name, std::move(source)});
  }
  return files;
}

Result<std::vector<CheckpointIndex>> indexes_in(const fs::path& folder) {
  MUSTER_TRY_ASSIGN(const auto names, names_in(folder, index_ending));
  if (names.size() > most_indexes) {
    return failure(Errc::invalid_input, folder.string() + ": got " + std::to_string(names.size()) +
                                            " indexes, want at most " +
                                            std::to_string(most_indexes));
  }
  std::vector<CheckpointIndex> indexes;
  for (const std::string& name : names) {
    MUSTER_TRY_ASSIGN(const Bytes text, read_regular_file(folder / name, max_shard_index_bytes));
    auto index = parse_shard_index(as_text(text));
    if (!index) return failure(std::move(index.error()).during((folder / name).string()));
    indexes.push_back({name, std::move(*index)});
  }
  return indexes;
}

Result<ExternalState> read_folder(const fs::path& folder, const ExternalSpec& spec,
                                  std::uint64_t step) {
  MUSTER_TRY_ASSIGN(const auto indexes, indexes_in(folder));
  MUSTER_TRY_ASSIGN(auto files, files_in(folder, spec));
  auto state = join_external_checkpoint(spec, step, std::move(files), indexes);
  if (!state) return failure(std::move(state.error()).during(folder.string()));
  return state;
}

}  // namespace

Result<ExternalState> read_checkpoint_paths(const CheckpointPaths& paths, const ExternalSpec& spec,
                                            std::uint64_t step) {
  std::error_code ignored;
  const bool has_folder = fs::is_directory(paths.folder, ignored);
  const bool has_file = fs::exists(fs::symlink_status(paths.file, ignored));
  if (has_folder && has_file) {
    return failure(Errc::invalid_input, paths.file.string() + " and the folder " +
                                            paths.folder.string() +
                                            ": both are there, want one of them");
  }
  if (has_folder) return read_folder(paths.folder, spec, step);
  if (!has_file) {
    return failure(Errc::not_found, "opening " + paths.file.string() +
                                        ": no such file, and no folder " + paths.folder.string() +
                                        " with the state in several files");
  }
  MUSTER_TRY_ASSIGN(ByteSource source, open_tensors(paths.file, spec));
  auto state = parse_external_checkpoint(spec, std::move(source));
  if (!state) return failure(std::move(state.error()).during(paths.file.string()));
  return state;
}

}  // namespace muster::cli
