#include "cli/replay/replay_program.hpp"

#include "attestation/replay/reexecution.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

using namespace attestation;
namespace fs = std::filesystem;

constexpr std::uint64_t scratch_bytes = std::uint64_t{64} << 20U;  // in a file beside the state
constexpr std::uint64_t room_for_header = std::uint64_t{1} << 20U;

/// A file that the program left. It is dead, so nothing changes any more between the two looks.
Result<Bytes> left_file(const fs::path& path, std::uint64_t limit) {
  std::error_code problem;
  const fs::file_status status = fs::symlink_status(path, problem);
  if (status.type() == fs::file_type::not_found) {
    return failure(Errc::not_found, "left no " + path.filename().string());
  }
  if (status.type() != fs::file_type::regular) {
    return failure(Errc::invalid_input, path.filename().string() + ": not a regular file");
  }
  auto bytes = read_regular_file(path, limit);
  if (!bytes) return failure(std::move(bytes.error()).during(path.filename().string()));
  return bytes;
}

Result<void> write_input(const fs::path& folder, const ReexecutionInput& input) {
  MUSTER_TRY(create_file(folder / reexecution_request_file, as_bytes(input.request)));
  MUSTER_TRY(create_file(folder / reexecution_start_file, input.start));
  return create_file(folder / reexecution_data_file, input.data);
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

Result<TrainingState> ReplayProgram::replay(const TrainingSpec& spec, const TrainingText& text,
                                            const TrainingState& begin, std::uint64_t to,
                                            const fs::path& folder) {
  MUSTER_TRY_ASSIGN(
      const ReexecutionInput input,
      reexecution_input(spec, text, begin, to, {limits_.seconds, limits_.memory_mib}));
  MUSTER_TRY(write_input(folder, input));
  ProgramLimits limits = limits_;
  limits.file_bytes = 2 * input.start.size() + scratch_bytes;
  MUSTER_TRY_ASSIGN(const ProgramRun run, run_confined(path_, folder, limits));
  has_walls_ = run.has_walls;
  seconds_ += run.seconds;
  cpu_seconds_ += run.cpu_seconds;
  const auto unusable = [&](const std::string& why) {
    return failure(Errc::unavailable, path_ + ": segment " + std::to_string(begin.step) + " to " +
                                          std::to_string(to) + ": " + why);
  };
  if (!run.is_well()) return unusable(why_not_well(run, limits));
  const auto bytes = left_file(folder / reexecution_answer_file, max_reexecution_answer_bytes);
  if (!bytes) return unusable(bytes.error().message);
  const auto answer = parse_reexecution_answer(as_text(*bytes), to);
  if (!answer) return unusable(answer.error().message);
  executor_ = answer->executor;
  if (!answer->is_done) return unusable("says that it failed: " + answer->message);
  const auto file = left_file(folder / reexecution_end_file, input.start.size() + room_for_header);
  if (!file) return unusable(file.error().message);
  auto end = parse_reexecuted_end(spec, *file, to);
  if (!end) {
    return unusable(std::string(reexecution_end_file) + ": " + end.error().message);
  }
  return end;
}

}  // namespace muster::cli
