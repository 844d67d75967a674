#include "cli/replay/replay_program.hpp"

#include "attestation/replay/external_checkpoint.hpp"
#include "attestation/replay/reexecution.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

using namespace attestation;
namespace fs = std::filesystem;

constexpr std::uint64_t scratch_bytes = std::uint64_t{64} << 20U;  // in a file beside the state
constexpr std::uint64_t room_for_header = std::uint64_t{1} << 20U;

/// Whether the program left such a file. It is dead, so nothing changes any more.
Result<void> check_left(const fs::path& path) {
  std::error_code problem;
  const fs::file_status status = fs::symlink_status(path, problem);
  if (status.type() == fs::file_type::not_found) {
    return failure(Errc::not_found, "left no " + path.filename().string());
  }
  if (status.type() != fs::file_type::regular) {
    return failure(Errc::invalid_input, path.filename().string() + ": not a regular file");
  }
  return {};
}

Result<Bytes> left_file(const fs::path& path, std::uint64_t limit) {
  MUSTER_TRY(check_left(path));
  auto bytes = read_regular_file(path, limit);
  if (!bytes) return failure(std::move(bytes.error()).during(path.filename().string()));
  return bytes;
}

/// The same for a file of any length, which is read later.
Result<ByteSource> left_source(const fs::path& path, std::uint64_t limit) {
  MUSTER_TRY(check_left(path));
  MUSTER_TRY_ASSIGN(ByteSource source, ByteSource::open(path));
  if (source.size() <= limit) return source;
  return failure(Errc::invalid_input, path.filename().string() + ": got " +
                                          std::to_string(source.size()) + " bytes, want at most " +
                                          std::to_string(limit));
}

/// Writes the checkpoint that a segment begins with as one file; its SHA-256.
Result<Hash> write_start(const ExternalSegment& segment, const fs::path& path) {
  crypto::Sha256 hasher;
  MUSTER_TRY(create_file_in_pieces(path, [&](const ByteSink& sink) {
    return pour_external_checkpoint(segment.spec, segment.begin,
                                    [&](ByteView piece) -> Result<void> {
                                      hasher.update(piece);
                                      return sink(piece);
                                    });
  }));
  return hasher.finish();
}

std::string segment_words(std::uint64_t from, std::uint64_t to) {
  return "segment " + std::to_string(from) + " to " + std::to_string(to);
}

}  // namespace

Result<ReplayProgram> ReplayProgram::open(const fs::path& path, const ProgramLimits& limits) {
  MUSTER_TRY_ASSIGN(const Bytes bytes, read_regular_file(path, max_file_bytes));
  ReplayProgram program;
  program.path_ = path.string();
  program.digest_ = crypto::sha256(bytes).to_hex();
  program.limits_ = limits;
  return program;
}

tl::unexpected<Error> ReplayProgram::unusable(const Task& task, const std::string& why) const {
  return failure(Errc::unavailable, path_ + ": " + task.what + ": " + why);
}

Result<bool> ReplayProgram::run(const Task& task, const fs::path& folder) {
  for (const auto& [name, bytes] : task.files) MUSTER_TRY(create_file(folder / name, bytes));
  ProgramLimits limits = limits_;
  limits.file_bytes = 2 * task.state_bytes + scratch_bytes;
  MUSTER_TRY_ASSIGN(const ProgramRun run, run_confined(path_, folder, limits));
  has_walls_ = run.has_walls;
  seconds_ += run.seconds;
  cpu_seconds_ += run.cpu_seconds;
  if (!run.is_well()) return unusable(task, why_not_well(run, limits));
  const auto bytes = left_file(folder / reexecution_answer_file, max_reexecution_answer_bytes);
  if (!bytes) return unusable(task, bytes.error().message);
  const auto answer = parse_reexecution_answer(as_text(*bytes), task.step);
  if (!answer) return unusable(task, answer.error().message);
  executor_ = answer->executor;
  if (answer->is_unsupported) return false;
  if (!answer->is_done) return unusable(task, "says that it failed: " + answer->message);
  return true;
}

Result<ExternalState> ReplayProgram::left_state(const Task& task, const ExternalSpec& spec,
                                                const fs::path& folder) const {
  auto file = left_source(folder / reexecution_end_file, task.state_bytes + room_for_header);
  if (!file) return unusable(task, file.error().message);
  auto state = parse_external_end(spec, std::move(*file), task.step);
  if (state) return state;
  return unusable(task, std::string(reexecution_end_file) + ": " + state.error().message);
}

Result<TrainingState> ReplayProgram::replay(const TrainingSpec& spec, const TrainingText& text,
                                            const TrainingState& begin, std::uint64_t to,
                                            const fs::path& folder) {
  MUSTER_TRY_ASSIGN(
      const ReexecutionInput input,
      reexecution_input(spec, text, begin, to, {limits_.seconds, limits_.memory_mib}));
  const Task task{{{reexecution_request_file, as_bytes(input.request)},
                   {reexecution_start_file, input.start},
                   {reexecution_data_file, input.data}},
                  segment_words(begin.step, to),
                  to,
                  input.start.size()};
  MUSTER_TRY_ASSIGN(const bool offers, run(task, folder));
  if (!offers) return unusable(task, "says that it does not offer this");
  const auto file = left_file(folder / reexecution_end_file, task.state_bytes + room_for_header);
  if (!file) return unusable(task, file.error().message);
  auto end = parse_reexecuted_end(spec, *file, to);
  if (!end) return unusable(task, std::string(reexecution_end_file) + ": " + end.error().message);
  return end;
}

Result<ExternalState> ReplayProgram::replay(const ExternalSegment& segment,
                                            const fs::path& folder) {
  MUSTER_TRY_ASSIGN(const Hash start, write_start(segment, folder / reexecution_start_file));
  const std::string request =
      external_segment_request(segment, start, {limits_.seconds, limits_.memory_mib});
  const std::uint64_t from = segment.begin.step();
  const std::uint64_t to = from + segment.spec.checkpoint_every;
  const Task task{
      {{reexecution_request_file, as_bytes(request)}, {reexecution_block_file, segment.data}},
      segment_words(from, to),
      to,
      external_checkpoint_bytes(segment.spec, from)};
  MUSTER_TRY_ASSIGN(const bool offers, run(task, folder));
  if (!offers) return unusable(task, "says that it does not offer this");
  return left_state(task, segment.spec, folder);
}

Result<std::optional<ExternalState>> ReplayProgram::initial(const ExternalSpec& spec,
                                                            const Hash& seed,
                                                            const fs::path& folder) {
  const std::string request =
      external_initial_request(spec, seed, {limits_.seconds, limits_.memory_mib});
  const Task task{{{reexecution_request_file, as_bytes(request)}},
                  "initial state",
                  0,
                  external_checkpoint_bytes(spec, 0)};
  MUSTER_TRY_ASSIGN(const bool offers, run(task, folder));
  if (!offers) return std::optional<ExternalState>();
  MUSTER_TRY_ASSIGN(ExternalState state, left_state(task, spec, folder));
  return std::optional(std::move(state));
}

}  // namespace muster::cli
