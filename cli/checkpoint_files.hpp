#pragma once

#include <cstdint>
#include <filesystem>

#include "attestation/replay/external_checkpoint.hpp"

namespace muster::cli {

/// Where the state of one step may lie: in one file, or in the safetensors files of a folder, with
/// or without indexes that end in `.safetensors.index.json`. Whatever else is in the folder is left
/// alone. Only one of the two may be there.
struct CheckpointPaths {
  std::filesystem::path file;
  std::filesystem::path folder;
};

/// The state of `step`. Of one file the metadata say the step, which may be another than `step`;
/// where the files of a folder do not, its name does. The files stay open and are read later.
/// Errors: `invalid_input`, naming file, index and tensor, or file and folder if both are there;
/// `not_found` if none is; `unavailable`.
Result<attestation::ExternalState> read_checkpoint_paths(const CheckpointPaths& paths,
                                                         const attestation::ExternalSpec& spec,
                                                         std::uint64_t step);

}  // namespace muster::cli
