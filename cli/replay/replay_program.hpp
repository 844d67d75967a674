#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "attestation/replay/external_reexecution.hpp"
#include "attestation/replay/training_state.hpp"
#include "attestation/replay/training_text.hpp"
#include "cli/replay/confined_program.hpp"

namespace muster::cli {

/// A program of others that does segments of a run again: `muster/replay-request/v1` in, or
/// `muster/external-request/v1` for a model that the trainer does not know, and
/// `muster/replay-answer/v1` out (attestation/replay/README.md).
class ReplayProgram final {
 public:
  /// Errors: `not_found`, `unavailable` for a file that cannot be read.
  static Result<ReplayProgram> open(const std::filesystem::path& path, const ProgramLimits& limits);

  /// Does the steps from `begin` up to step `to` in `folder`, which must be empty and nobody's
  /// else. Errors: `unavailable`, naming the program: it could not be run, did not keep to its
  /// limits, said that it failed, or left no answer that can be used; `invalid_input` for too large
  /// a segment.
  Result<attestation::TrainingState> replay(const attestation::TrainingSpec& spec,
                                            const attestation::TrainingText& text,
                                            const attestation::TrainingState& begin,
                                            std::uint64_t to, const std::filesystem::path& folder);
  /// The same for the segment of a model of others, which ends at its next checkpoint.
  Result<attestation::ExternalState> replay(const attestation::ExternalSegment& segment,
                                            const std::filesystem::path& folder);
  /// The state at step 0 that the program makes from the seed; nothing if it does not offer that.
  /// Errors: as of `replay`.
  Result<std::optional<attestation::ExternalState>> initial(const attestation::ExternalSpec& spec,
                                                            const Hash& seed,
                                                            const std::filesystem::path& folder);

  [[nodiscard]] const std::string& path() const { return path_; }
  /// SHA-256 of the program's file: of what it loads besides nothing is said.
  [[nodiscard]] const std::string& digest() const { return digest_; }
  [[nodiscard]] const ProgramLimits& limits() const { return limits_; }
  /// What the last answer calls it: its own word.
  [[nodiscard]] const std::string& executor() const { return executor_; }
  [[nodiscard]] bool has_walls() const { return has_walls_; }
  [[nodiscard]] double seconds() const { return seconds_; }          ///< Of all segments.
  [[nodiscard]] double cpu_seconds() const { return cpu_seconds_; }  ///< The same.

 private:
  /// What is asked for: the files in the program's folder, and what it shall come to.
  struct Task {
    std::vector<std::pair<std::string_view, ByteView>> files;
    std::string what;               ///< As messages name it.
    std::uint64_t step = 0;         ///< Of the state that it leaves.
    std::uint64_t state_bytes = 0;  ///< About as long as its file may be.
  };

  ReplayProgram() = default;
  /// Whether it has left a file with the state; false if it does not offer what was asked for.
  Result<bool> run(const Task& task, const std::filesystem::path& folder);
  /// The state that it left.
  Result<attestation::ExternalState> left_state(const Task& task,
                                                const attestation::ExternalSpec& spec,
                                                const std::filesystem::path& folder) const;
  [[nodiscard]] tl::unexpected<Error> unusable(const Task& task, const std::string& why) const;

  std::string path_;
  std::string digest_;
  ProgramLimits limits_;
  std::string executor_;
  bool has_walls_ = false;
  double seconds_ = 0;
  double cpu_seconds_ = 0;
};

}  // namespace muster::cli
