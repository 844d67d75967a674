#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "attestation/replay/external_state.hpp"
#include "attestation/replay/external_transcript.hpp"
#include "cli/training_files.hpp"

namespace muster::cli {

/// A run of a model of others as a folder: `transcript.json`, `states` and
/// `checkpoints/STEP.safetensors` as of the built-in trainer, or folders `checkpoints/STEP` with
/// the state in several files, and `data/N`, the blocks of data from 0 on, in place of a text.
struct ExternalFiles {
  TrainingFiles run;

  [[nodiscard]] std::filesystem::path data() const { return run.folder / "data"; }
  [[nodiscard]] std::filesystem::path block(std::uint64_t number) const;
};

/// The SHA-256 of the blocks in `folder`: the files "0", "1" … without a hole, and nothing else.
/// Errors: `invalid_input`, naming the file; `not_found`; `unavailable`.
Result<std::vector<Hash>> digest_data_blocks(const std::filesystem::path& folder);

/// The blocks' digests, held to the root of `transcript`. Errors: as above.
Result<std::vector<Hash>> read_data_blocks(const ExternalFiles& files,
                                           const attestation::ExternalTranscript& transcript);

/// One block. Errors: `invalid_input`: too long; `not_found`.
Result<Bytes> read_data_block(const ExternalFiles& files, std::uint64_t number);

/// One checkpoint, in one file or in several (`read_checkpoint_paths`).
/// Errors: `invalid_input`, naming the file and the tensor; `not_found`; `unavailable`.
Result<attestation::ExternalState> read_external_checkpoint(const ExternalFiles& files,
                                                            const attestation::ExternalSpec& spec,
                                                            std::uint64_t step);

}  // namespace muster::cli
