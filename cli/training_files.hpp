#pragma once

#include <filesystem>
#include <vector>

#include "attestation/replay/transcript.hpp"

namespace muster::cli {

/// A run of the built-in trainer as a folder: `transcript.json`, `text`, `states` (the leaves of
/// all checkpoints, 64 hex digits a line) and `checkpoints/STEP.safetensors`.
struct TrainingFiles {
  std::filesystem::path folder;

  [[nodiscard]] std::filesystem::path transcript() const { return folder / "transcript.json"; }
  [[nodiscard]] std::filesystem::path text() const { return folder / "text"; }
  [[nodiscard]] std::filesystem::path states() const { return folder / "states"; }
  [[nodiscard]] std::filesystem::path checkpoints() const { return folder / "checkpoints"; }
  [[nodiscard]] std::filesystem::path checkpoint(std::uint64_t step) const;
};

/// Writes the leaves. Errors: `conflict`, `unavailable`.
Result<void> write_states(const TrainingFiles& files, const std::vector<Hash>& leaves);

/// The leaves, held to the root that was committed to. Errors: `invalid_input`, `not_found`.
Result<std::vector<Hash>> read_states(const TrainingFiles& files,
                                      const attestation::RunOutline& outline);

/// The text, held to the root of `transcript`. Errors: `invalid_input`, `not_found`.
Result<attestation::TrainingText> read_training_text(
    const TrainingFiles& files, const attestation::TranscriptCommitment& transcript);

/// One checkpoint. Errors: `invalid_input`, naming the file; `not_found`.
Result<attestation::TrainingState> read_checkpoint(
    const TrainingFiles& files, const attestation::TranscriptCommitment& transcript,
    std::uint64_t step);

}  // namespace muster::cli
